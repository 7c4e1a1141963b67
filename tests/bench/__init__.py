"""Benchmarks: the same work natively and as wasm, side by side. docs/BENCHMARKS.md is the guide."""
