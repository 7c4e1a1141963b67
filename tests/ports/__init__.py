"""Ports beside each other: each program natively and as wasm, by its own tests and one workload (`make ports`)."""
