"""Fuzzers: calls with random arguments, mutated modules, and programs run natively and as wasm.  README.md says how."""
