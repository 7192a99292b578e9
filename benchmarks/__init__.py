"""What Millrace costs: `make bench`. Each file measures one thing and says how; __main__ judges them."""
