"""What changes authority reports and their kinds; one transaction each."""
