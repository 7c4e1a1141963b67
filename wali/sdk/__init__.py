"""The SDK: musl for wasm32, its installation, and the compiler driver `wali-cc`.

`wali.sdk.install.ensure()` makes the sysroot and returns its folder; `wali.sdk.cli` is the
command `wali sdk`; `wali.sdk.driver` holds the tools. docs/SDK.md is the users' page.
"""
