"""Who may do what where: one policy table and one choke point, `visible_to`."""
