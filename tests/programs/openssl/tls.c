/* What libssl and libcrypto do: digests of a million letters, keys, and TLS between two ends in memory. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#define OK(e)                                                                                                \
    do {                                                                                                     \
        if (!(e)) {                                                                                          \
            printf("failed: %s\n", #e);                                                                      \
            ERR_print_errors_fp(stdout);                                                                     \
            return 1;                                                                                        \
        }                                                                                                    \
    } while (0)
static X509 *certify(EVP_PKEY *key)
{
    X509 *x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
    X509_gmtime_adj(X509_getm_notBefore(x), 0);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_NAME *n = X509_get_subject_name(x);
    X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1, 0);
    X509_set_issuer_name(x, n);
    return X509_sign(x, key, EVP_sha256()) ? x : NULL;
}
static int talk(EVP_PKEY *key, int version)
{
    X509 *cert = certify(key);
    OK(cert);
    SSL_CTX *sc = SSL_CTX_new(TLS_server_method()), *cc = SSL_CTX_new(TLS_client_method());
    OK(SSL_CTX_use_certificate(sc, cert) && SSL_CTX_use_PrivateKey(sc, key));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(cc), cert);
    SSL_CTX_set_verify(cc, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_max_proto_version(cc, version);
    SSL *s = SSL_new(sc), *c = SSL_new(cc);
    BIO *a, *b;
    OK(BIO_new_bio_pair(&a, 0, &b, 0));
    SSL_set_bio(s, a, a);
    SSL_set_bio(c, b, b);
    SSL_set_accept_state(s);
    SSL_set_connect_state(c);
    SSL_set1_host(c, "localhost");
    for (int i = 0; i < 50 && !(SSL_is_init_finished(s) && SSL_is_init_finished(c)); i++) {
        SSL_do_handshake(c);
        SSL_do_handshake(s);
    }
    OK(SSL_is_init_finished(c) && SSL_is_init_finished(s));
    OK(SSL_get_verify_result(c) == X509_V_OK);
    char buf[100] = "";
    OK(SSL_write(c, "over TLS", 9) == 9);
    OK(SSL_read(s, buf, 100) == 9);
    OK(!strcmp(buf, "over TLS"));
    printf("%s %s %s\n", SSL_get_version(c), SSL_get_cipher(c), buf);
    return 0;
}
static int digest(const char *name)
{
    unsigned char out[64];
    unsigned n;
    char data[1000];
    memset(data, 'a', 1000);
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    OK(EVP_DigestInit_ex(m, EVP_get_digestbyname(name), NULL));
    for (int i = 0; i < 1000; i++) {
        EVP_DigestUpdate(m, data, 1000);
    }
    EVP_DigestFinal_ex(m, out, &n);
    printf("%s ", name);
    for (unsigned i = 0; i < n; i++) {
        printf("%02x", out[i]);
    }
    puts("");
    return 0;
}
int main(void)
{
    OK(RAND_status());
    digest("SHA1");
    digest("SHA256");
    digest("SHA512");
    digest("SHA3-256");
    digest("BLAKE2b512");
    digest("SM3");
    EVP_PKEY *ec = EVP_EC_gen("P-256"), *rsa = EVP_RSA_gen(2048),
             *ed = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    OK(ec && rsa && ed);
    return talk(ec, TLS1_3_VERSION) || talk(ec, TLS1_2_VERSION) || talk(rsa, TLS1_3_VERSION) ||
           talk(rsa, TLS1_2_VERSION);
}
