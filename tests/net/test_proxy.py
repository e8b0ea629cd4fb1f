"""The real nginx on the gateway, with the lines that congchao-portal(8) shows, in front of the
portal: portal.behind_proxy."""
import re
import shutil

from authority import API, CAPTIVE_JSON, NAME, RECORDS, URL, Authority, ask, told
from harness import TREE, Skip, wait_for

AUTHORITY = Authority()
LAB = {"phones": 3, "dnsmasq": RECORDS, "conf": {"portal": {"name": NAME, "behind_proxy": True}}}
FRAME = """
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def snippet():
    """As the manual has it, with the lab's name and files."""
    with open(f"{TREE}/src/portal/congchao-portal.8", encoding="utf-8") as page:
        server = re.search(r"^server \{.*?^\}\n", page.read(), re.M | re.S)[0]
    return server.replace("portal.example.net", NAME).replace("/etc/congchao/tls", AUTHORITY.tls)


def proxied(lab):
    """Starts nginx once in a lab."""
    if getattr(lab, "proxy", None):
        return
    if not shutil.which("nginx"):
        raise Skip("no nginx here")
    folder = f"{lab.folder}/nginx"
    shutil.copytree(AUTHORITY.tls, folder)
    with open(f"{folder}/nginx.conf", "w", encoding="ascii") as out:
        out.write(FRAME.format(folder=folder, server=snippet()))
    lab.proxy = lab.gateway.start("nginx", "-p", folder, "-c", f"{folder}/nginx.conf", "-g",
                                  "daemon off; user root;")
    lab.servers.append(lab.proxy)
    phone = lab.phones[0]
    wait_for("nginx to listen", lambda: phone.tcp(phone.segment.v4, 443)["result"] == "open")


def from_here(lab, *headers, path="/captive-portal/api", host=NAME, to="127.0.0.1"):
    """A request of some program on the gateway; status, Location, body."""
    words = [word for header in headers for word in ("-H", header)]
    done = lab.gateway.run("curl", "-sg", "-o", "-", "-w", "\n%{http_code} %{redirect_url}", "-H",
                           f"Host: {host}", "-H", f"Accept: {CAPTIVE_JSON}", *words,
                           f"http://{to}:{lab.port}{path}")
    body, _, last = done.stdout.rpartition("\n")
    status, _, location = last.partition(" ")
    return int(status), location, body


def test_the_whole_visit_and_the_api_through_nginx(lab):
    proxied(lab)
    for family in (4, 6):
        phone = lab.phone()
        before = told(phone, AUTHORITY, family=family)
        assert before == {"captive": True, "user-portal-url": URL}, before
        visit = phone.visit(URL, family=family, ca=AUTHORITY.ca)
        assert visit.online and all(step["url"].startswith(URL) for step in visit.steps), f"{visit}"
        after = told(phone, AUTHORITY, family=family)
        assert not after["captive"] and after["seconds-remaining"] > 43000, after
        assert phone.is_online(4) and phone.is_online(6)
    assert lab.gate.ctl_json("status")["tls"] == "proxy"


def test_the_302_way_is_there_beside_it(lab):
    phone = lab.phone()
    reply = phone.fetch()
    assert reply.status == 302 and reply["Location"] == f"{phone.portal}/"
    assert phone.visit().online


def test_a_visitor_cannot_speak_for_another(lab):
    proxied(lab)
    online, held = lab.phone(), lab.phone()
    assert online.visit().online
    for value in (online.v4, f"{online.v4}, {online.v6}"):
        spoofed = [["X-Forwarded-For", value]]
        assert told(held, AUTHORITY, headers=spoofed)["captive"], "through nginx"
        reply = held.fetch(f"{held.portal}/captive-portal/api", headers=[
            *spoofed, ["Accept", CAPTIVE_JSON]])
        assert reply.status == 302 and reply["Location"] == "/", f"past nginx: {reply}"
        reply = held.fetch(f"{held.portal}/", headers=spoofed)
        assert "<form" in reply.text, "past nginx: the other's page"
        reply = held.fetch(f"http://{NAME}/captive-portal/api", to=held.segment.v4, headers=[
            *spoofed, ["Accept", CAPTIVE_JSON]])
        assert reply.status == 302 and reply["Location"] == f"{held.portal}/", f"{reply}"


def test_the_last_hop_counts_and_nothing_before_it(lab):
    online, held = lab.phone(), lab.phone()
    assert online.visit().online and online.is_online(6) and held.fetch().status == 302
    for to in ("127.0.0.1", "[::1]"):
        for value, captive in ((held.v4, True), (online.v4, False), (online.v6, False),
                               (f"{online.v4}, {held.v4}", True),
                               (f"x,{held.v4},{online.v4}", False),
                               (f"::ffff:{online.v4}", False)):
            status, _, body = from_here(lab, f"X-Forwarded-For: {value}", to=to)
            assert status == 200 and f'"captive":{"true" if captive else "false"}' in body, \
                f"{value}: {status} {body[:80]}"
        status, _, body = from_here(lab, f"X-Forwarded-For: {held.v4}",
                                    f"X-Forwarded-For: {online.v4}", to=to)
        assert status == 200 and '"captive":false' in body, "of two headers the last"


def test_garbage_is_refused_and_said_once(lab):
    for headers in ((), ("X-Forwarded-For;",), ("X-Forwarded-For: unknown",),
                    ("X-Forwarded-For: 10.77.1.1:80",), ("X-Forwarded-For: 10.77.1.1,",),
                    ("X-Forwarded-For: [fd77::1]",), ("Forwarded: for=10.77.1.1",)):
        for path in ("/captive-portal/api", "/"):
            status, _, body = from_here(lab, *headers, path=path)
            assert status == 400 and "captive\":" not in body, f"{headers} {path}: {status}"
    assert len([line for line in lab.gate.this_run() if "let it send X-Forwarded-For" in line]) == 1


def test_an_address_of_nobody_is_told_nothing(lab):
    for address in ("203.0.113.10", "127.0.0.1", "::1", "0.0.0.0", "ff02::1"):
        status, _, body = from_here(lab, f"X-Forwarded-For: {address}")
        assert status == 403 and "captive\":" not in body, f"{address}: {status}"


def test_every_way_leads_to_the_name(lab):
    """nginx hands on what it was asked for, another name among it."""
    proxied(lab)
    phone = lab.phone()
    assert phone.fetch().status == 302
    status, location, _ = from_here(lab, f"X-Forwarded-For: {phone.v4}", host="other.lab")
    assert (status, location) == (302, URL)
    status, _, body = from_here(lab, f"X-Forwarded-For: {phone.v4}", host=f"{NAME}:443")
    assert status == 200 and '"captive":true' in body, "the name with its port"
    reply = ask(phone, AUTHORITY, API, accept="text/html")
    assert reply.status == 302 and reply["Location"] == URL, f"{reply}"
    reply = ask(phone, AUTHORITY, f"{URL}x", accept="text/html")
    assert reply.status == 302 and reply["Location"] == "/", f"{reply}"


def test_without_the_key_nobody_is_believed(lab):
    lab.write_conf(portal={"behind_proxy": False})
    lab.gate.restart()
    phone = lab.phone()
    assert phone.fetch().status == 302
    status, location, _ = from_here(lab, f"X-Forwarded-For: {phone.v4}")
    assert status == 302 and location == f"http://127.0.0.1:{lab.port}/", (status, location)
    lab.write_conf(portal={"behind_proxy": True})
    lab.gate.restart()
