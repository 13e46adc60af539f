"""Major incidents: declared, handled, learnt from, with the deviations gathered under them."""
