/* Connections over loopback, of a program with itself. */
/* NETWORK: yes */
#include "draft.h"

static const struct peer anything = {{127, 0, 0, 1}, 0};

int main(void)
{
    char bytes[64];
    bool is_end = false, ready;
    handle in, out, server_in, server_out;
    const handle listener = good(tcp_socket());
    IS(tcp_bind(listener, anything), 0);
    IS(tcp_listen(listener), 0);
    FAILS(tcp_accept(listener, &in, &out), "would-block");
    const struct peer server = {{127, 0, 0, 1}, (uint16_t)tcp_port(listener)};
    const handle client = good(tcp_socket());
    IS(set_no_delay(client, true), 0);
    IS(no_delay(client), 1);
    IS(tcp_connect(client, server, &in, &out), 0);
    const handle waiting = until_accepting(listener);
    wait_for(&waiting, 1, &ready);
    const handle accepted = good(tcp_accept(listener, &server_in, &server_out));
    IS(stream_read(server_in, bytes, 9, &is_end), 0);
    IS(is_end, false);
    IS(stream_wait_write(out, "hello", 5), 5);
    const handle readable = until_readable(server_in);
    wait_for(&readable, 1, &ready);
    IS(stream_read(server_in, bytes, 64, &is_end), 5);
    IS(memcmp(bytes, "hello", 5), 0);
    IS(stream_write(server_out, "answer", 6), 6);
    const handle answered = until_readable(in);
    wait_for(&answered, 1, &ready);
    IS(stream_wait_read(in, bytes, 64, &is_end), 6);
    IS(tcp_shut_sending(client), 0);
    const handle ended = until_readable(server_in);
    wait_for(&ended, 1, &ready);
    IS(stream_wait_read(server_in, bytes, 64, &is_end), 0);
    IS(is_end, true);
    FAILS(tcp_bind(good(tcp_socket()), (struct peer){{192, 0, 2, 1}, 0}), "not-bindable");
    FAILS(tcp_bind(good(tcp_socket()), server), "in-use");
    drop_tcp(client), drop_tcp(accepted), drop_tcp(listener);
    drop_pollable(waiting), drop_pollable(readable), drop_pollable(answered), drop_pollable(ended);
    drop_input(in), drop_input(server_in), drop_output(out), drop_output(server_out);
    handle none, nothing;
    FAILS(tcp_connect(good(tcp_socket()), server, &none, &nothing), "refused");
    return done();
}
