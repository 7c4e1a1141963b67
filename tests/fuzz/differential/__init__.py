"""Random programs of calls, run natively and as wasm: what they are told must be equal."""
