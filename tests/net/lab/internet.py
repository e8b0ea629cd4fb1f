"""The stand-in internet: answers each system's probe truthfully, echoes the rest.

Names: dnsmasq answers every name but NCSI_NAME with WEB4 and WEB6. Beside it, a resolver that lies
(LIAR): who hears LIE has spoken with it, and not with the gateway's own.
Started as `python3 internet.py REQUESTS [CERTIFICATE]`; writes one line for each request it saw.
With a certificate, who begins TLS at port 443 gets the same answers there.
"""
import asyncio
import json
import socket
import ssl
import struct
import sys


WEB4, WEB6 = "203.0.113.10", "2001:db8:1::10"
# A service of which a walled garden may be made.
GARDEN4, GARDEN6 = "203.0.113.20", "2001:db8:1::20"
RESOLVER4, RESOLVER6 = "198.51.100.53", "2001:db8:53::53"
LIAR4, LIAR6 = "198.51.100.66", "2001:db8:53::66"
# What Windows asks of DNS, and must hear.
NCSI_NAME, NCSI4, NCSI6 = "dns.msftncsi.com", "131.107.255.255", "fd3e:4f5a:5b81::1"
LIE4, LIE6 = "203.0.113.66", "2001:db8:1::66"
ECHO_PORTS = (443, 853, 5228)
STREAM_PORT = 7777  # speaks without end and hears nothing: TCP, and UDP once it has been spoken to
HTTPS_NAMES = ("example.org", "www.example.org", "www.google.com")

TRUTH = {
    "/generate_204": (204, "", {}),
    "/gen_204": (204, "", {}),
    "/hotspot-detect.html": (200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD>"
                                  "<BODY>Success</BODY></HTML>", {}),
    "/library/test/success.html": (200, "<HTML><HEAD><TITLE>Success</TITLE></HEAD>"
                                        "<BODY>Success</BODY></HTML>", {}),
    "/connecttest.txt": (200, "Microsoft Connect Test", {}),
    "/ncsi.txt": (200, "Microsoft NCSI", {}),
    "/canonical.html": (200, '<meta http-equiv="refresh" content="0;url=https://support.'
                             'mozilla.org/kb/captive-portal"/>', {}),
    "/success.txt": (200, "success\n", {}),
    "/check_network_status.txt": (200, "NetworkManager is online\n", {}),
    "/nm": (200, "NetworkManager is online\n", {"X-NetworkManager-Status": "online"}),
}
OTHER = (200, "<!doctype html><title>the internet</title><p>the internet\n", {})


async def serve_web(reader, writer, log):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ", 2)
            fields = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip()
                      for line in head[1:] if ":" in line}
            await reader.readexactly(int(fields.get("content-length", 0)))
            log.write(json.dumps({"from": writer.get_extra_info("peername")[0], "path": target,
                                  "method": method, "host": fields.get("host"),
                                  "port": writer.get_extra_info("sockname")[1]}) + "\n")
            log.flush()
            status, body, more = TRUTH.get(target.partition("?")[0], OTHER)
            lines = [f"HTTP/1.1 {status} OK", *(f"{key}: {more[key]}" for key in more)]
            if status != 204:
                lines += ["Content-Type: text/html", f"Content-Length: {len(body)}"]
            text = "\r\n".join(lines) + "\r\n\r\n" + ("" if method == "HEAD" else body)
            writer.write(text.encode())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        pass
    finally:
        writer.close()


async def serve_echo(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def readable(sock):
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(sock, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(sock)


async def serve_either(sock, context, log):
    """A web server behind TLS for whom begins with it, the echo for everybody else."""
    try:
        await readable(sock)
        tls = sock.recv(1, socket.MSG_PEEK) == b"\x16"
        reader = asyncio.StreamReader()
        answer = (lambda r, w: serve_web(r, w, log)) if tls else serve_echo
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: asyncio.StreamReaderProtocol(reader, answer), sock,
            ssl=context if tls else None)
    except OSError:  # ssl.SSLError is one
        sock.close()


async def accept_either(family, address, context, log):
    loop, tasks = asyncio.get_running_loop(), set()
    with socket.create_server((address, 443), family=family) as listener:
        listener.setblocking(False)
        while True:
            sock, _ = await loop.sock_accept(listener)
            tasks.add(task := loop.create_task(serve_either(sock, context, log)))
            task.add_done_callback(tasks.discard)


def lie(question):
    """The liar's answer to one question."""
    end = 12
    while question[end]:
        end += question[end] + 1
    kind = struct.unpack("!H", question[end + 1:end + 3])[0]
    value = {1: socket.inet_pton(socket.AF_INET, LIE4),
             28: socket.inet_pton(socket.AF_INET6, LIE6)}.get(kind, b"")
    answer = struct.pack("!HHHIH", 0xC00C, kind, 1, 5, len(value)) + value if value else b""
    head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1 if value else 0, 0, 0)
    return head + question[12:end + 5] + answer


class Echo(asyncio.DatagramProtocol):
    def __init__(self, reply=lambda data: data):
        self.reply = reply

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        self.transport.sendto(self.reply(data), peer)


async def serve_stream(reader, writer):
    """A download."""
    del reader
    try:
        while True:
            writer.write(bytes(1000))
            await writer.drain()
            await asyncio.sleep(0.002)
    except ConnectionError:
        pass
    finally:
        writer.close()


class Stream(asyncio.DatagramProtocol):
    """The same of a protocol without connections."""

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        asyncio.ensure_future(self.speak(peer))

    def error_received(self, exc):
        pass

    async def speak(self, peer):
        for _ in range(10000):
            self.transport.sendto(bytes(1000), peer)
            await asyncio.sleep(0.002)


async def serve_lies(reader, writer):
    try:
        length = struct.unpack("!H", await reader.readexactly(2))[0]
        answer = lie(await reader.readexactly(length))
        writer.write(struct.pack("!H", len(answer)) + answer)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve(path, certificate=None):
    loop = asyncio.get_running_loop()
    echoes = [port for port in ECHO_PORTS if port != 443 or not certificate]
    with open(path, "a", encoding="utf-8") as log:
        await asyncio.start_server(lambda r, w: serve_web(r, w, log), ["0.0.0.0", "::"], 80)
        both = []
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(certificate)
            both = [loop.create_task(accept_either(*where, context, log)) for where in (
                (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::"))]
        for port in echoes:
            await asyncio.start_server(serve_echo, ["0.0.0.0", "::"], port)
        await asyncio.start_server(serve_stream, ["0.0.0.0", "::"], STREAM_PORT)
        for address in (WEB4, WEB6):
            await loop.create_datagram_endpoint(Stream, local_addr=(address, STREAM_PORT))
        for address in (LIAR4, LIAR6):
            await asyncio.start_server(serve_lies, address, 53)
            await loop.create_datagram_endpoint(lambda: Echo(lie), local_addr=(address, 53))
        for address in (WEB4, WEB6, GARDEN4, GARDEN6):
            await loop.create_datagram_endpoint(Echo, local_addr=(address, 443))
        print("ready", flush=True)
        await asyncio.gather(asyncio.Event().wait(), *both)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
