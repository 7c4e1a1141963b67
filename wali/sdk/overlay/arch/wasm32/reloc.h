#define LDSO_ARCH "wasm32"
