"""Thread programs: one file a pattern, written with the kernel's steps, and the catalogue of them."""
