"""Real programs, built natively and to wasm from the same sources, and what they must do."""
