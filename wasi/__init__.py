"""What each function of WASI is: rows, and what is generated from them."""
