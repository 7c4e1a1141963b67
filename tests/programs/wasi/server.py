"""server.c in Python, for a CPython for WASI."""

import os
import socket


def serve(connection: socket.socket) -> bool:
    """Whether more is to come."""
    data = b""
    while b"\n" not in data:
        data += connection.recv(5000)
    line, _, data = data.partition(b"\n")
    word, _, name = line.decode().partition(" ")
    answer = b""
    if word == "put":
        with open(name, "wb") as file:
            while data:
                file.write(data)
                data = connection.recv(5000)
            answer = f"stored {file.tell()}\n".encode()
    elif word == "get":
        with open(name, "rb") as file:
            answer = file.read()
    elif word == "list":
        answer = "".join(f"{name}\n" for name in os.listdir(".")).encode()
    connection.sendall(answer)
    connection.shutdown(socket.SHUT_WR)
    connection.detach()  # some builds keep descriptors of their own, and cannot close that of a connection
    return word != "quit"


# A descriptor's family cannot be asked for.
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, 3)
print("ready", flush=True)
while serve(listener.accept()[0]):
    pass
print("ended")
