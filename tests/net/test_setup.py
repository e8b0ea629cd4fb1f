"""congchao setup: the real servers with what it writes, and real clients; and back again."""
import os
import shutil
import stat

from authority import API, NAME, Authority, told
from harness import RESOLVER4, WEB4, Skip, wait_for
from leases import Sniffer, dhclient, udhcpc
from manager import NetworkManager, need

AUTHORITY = Authority()
AUTHORITY.known_here()
LAB = {"phones": 2, "segments": ("br-lan", "br-cafe", "br-office"),
       "conf": {"zones": [{"name": "wifi", "interfaces": ["br-lan", "shared0"],
                           "release_for": "12h"},
                          {"name": "cafe", "interfaces": ["br-cafe"], "release_for": "2h"}],
                "portal": AUTHORITY.portal()}}
OFFER, ACK = 2, 5
NXDOMAIN = 3
FOLDERS = {"dnsmasq": "etc/dnsmasq.d", "odhcpd": "etc/config",
           "networkmanager": "etc/NetworkManager/dnsmasq-shared.d"}
NETWORK = """config interface 'lan'
	option device 'br-lan'

config interface 'cafe'
	option device 'br-cafe'

config interface 'shared'
	option device 'shared0'
"""
DHCP = """# the café's own
config dnsmasq
	option domainneeded '1'

config dhcp lan
	option interface lan # the hall
	option start 100

config dhcp
	option interface 'cafe'
config dhcp 'shared'
	option interface 'shared'"""


# ------------------------------------------------------------------ the machine and its servers

def expired():
    """The keys of a configuration whose certificate has."""
    folder = AUTHORITY.server(begins=-90 * 86400, ends=-86400, into="expired")
    return AUTHORITY.portal(certificate=f"{folder}/fullchain.pem", key=f"{folder}/privkey.pem")


def machine(lab, name="root"):
    """The folders of all three servers below a root of their own, as if all were here."""
    root = f"{lab.folder}/{name}"
    shutil.rmtree(root, ignore_errors=True)
    for folder in FOLDERS.values():
        os.makedirs(f"{root}/{folder}")
    for file, text in (("network", NETWORK), ("dhcp", DHCP)):
        with open(f"{root}/etc/config/{file}", "w", encoding="utf-8") as out:
            out.write(text)
    os.chmod(f"{root}/etc/config/dhcp", 0o600)
    os.chown(f"{root}/etc/config/dhcp", 4242, 4242)
    return root


def tree(root):
    """Every name with its kind, mode, owner and bytes."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(folder, name)
            info = os.lstat(path)
            text = None
            if stat.S_ISREG(info.st_mode):
                with open(path, "rb") as file:
                    text = file.read()
            found[os.path.relpath(path, root)] = (oct(info.st_mode), info.st_uid, info.st_gid,
                                                  text)
    return found


def setup(lab, *words, status=0):
    done = lab.gate.ctl("setup", *words)
    assert done.returncode == status, f"{words}: exit {done.returncode}: {done.stderr}"
    return done


class Dnsmasq:
    """As Debian starts it, in the place of the lab's own: with a file of the place, and the
    folder."""

    def __init__(self, lab, folder):
        self.lab = lab
        lines = ["bind-dynamic", "no-hosts", "no-resolv", "user=root", f"server={RESOLVER4}",
                 f"dhcp-leasefile={lab.folder}/served", f"pid-file={lab.folder}/served.pid",
                 "enable-ra"]
        for segment in lab.segments:
            lines += [f"interface={segment.bridge}",
                      f"dhcp-range=10.{segment.net}.200.10,10.{segment.net}.200.250,1h",
                      f"dhcp-range=fd{segment.net}::1000,fd{segment.net}::1fff,64,1h"]
        with open(f"{lab.folder}/place.conf", "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        self.folder, self.log = folder, f"{lab.folder}/served.log"
        self.start()

    def start(self):
        """Anew, as `systemctl restart dnsmasq`; no lease is remembered."""
        for process in self.lab.servers[2:]:  # behind the internet's two
            process.kill()
            process.wait()
        if os.path.exists(f"{self.lab.folder}/served"):
            os.remove(f"{self.lab.folder}/served")
        words = [f"--conf-file={self.lab.folder}/place.conf",
                 *([f"--conf-dir={self.folder}"] if self.folder else [])]
        tested = self.lab.gateway.run("dnsmasq", "--test", *words, check=False)
        assert tested.returncode == 0, tested.stderr
        with open(self.log, "wb") as log:
            self.lab.servers.append(self.lab.gateway.start(
                "dnsmasq", "--keep-in-foreground", "--log-facility=-", *words, stdout=log,
                stderr=log))
        wait_for("dnsmasq to be ready", self.is_ready)

    def is_ready(self):
        """It says so when its sockets are open."""
        with open(self.log, encoding="utf-8") as log:
            return "started, version" in log.read()


def served(lab):
    """dnsmasq with what setup has written."""
    root = machine(lab)
    setup(lab, "dnsmasq", "--write", "--root", root)
    return Dnsmasq(lab, f"{root}/{FOLDERS['dnsmasq']}")


def offered(phone):
    """The options of the offer that a device gets which asks for no portal."""
    with Sniffer(phone) as sniffer:
        lease = udhcpc(phone, ask=())
        replies = wait_for("an acknowledgement on the wire",
                           lambda: [one for one in sniffer.replies() if one["type"] == ACK]
                           and sniffer.replies())
        return lease, next(one["options"] for one in replies if one["type"] == OFFER), \
            sniffer.looked_for(lease["ip"])


# ------------------------------------------------------------------ dnsmasq

def test_real_clients_receive_option_114(lab):
    if not shutil.which("dhclient"):
        raise Skip("no dhclient here")
    served(lab)
    phone = lab.phone()
    assert bytes.fromhex(udhcpc(phone)["opt114"]).decode() == API
    found = dhclient(lab.phone())
    assert f'captive-portal "{API}";' in found, found
    # And where it leads to, by this dnsmasq's answer for the name.
    assert told(phone, AUTHORITY, url=API)["captive"] is True


def test_it_is_sent_unasked_and_only_on_served_interfaces(lab):
    served(lab)
    phone = lab.phone()
    _, options, _ = offered(phone)
    assert options[114] == API.encode(), options.get(114)  # no NUL at its end (RFC 8910, 2.1)
    lab.move(phone, lab.segments[2])
    _, options, _ = offered(phone)
    assert 114 not in options, "the office is no zone"
    lab.move(phone, lab.segments[0])


def test_dhcpv6_has_option_103(lab):
    if not shutil.which("dhclient"):
        raise Skip("no dhclient here")
    served(lab)
    found = dhclient(lab.phone(), 6)
    assert f'captive-portal "{API}";' in found, found


def test_nobody_waits_for_an_echo(lab):
    """Without the file dnsmasq looks for the address first, which shows that this would show."""
    dnsmasq = served(lab)
    lease, _, looked = offered(lab.phone())
    assert not looked, f"somebody looked for {lease['ip']}: {looked}"
    dnsmasq.folder = None
    dnsmasq.start()
    _, options, looked = offered(lab.phone())
    assert looked and 114 not in options


def test_the_name_is_the_gateway(lab):
    served(lab)
    phone = lab.phone()
    for segment in lab.segments[:2]:
        lab.move(phone, segment)
        assert phone.dns(NAME)["found"] == [segment.v4]
        assert phone.dns(NAME, "AAAA", server=segment.v6)["found"].count(segment.v6) == 1
        # Nothing else is known of it, and nobody else is asked: the internet here has an
        # answer to everything.
        for kind in ("HTTPS", "TXT"):
            assert phone.dns(NAME, kind) == {"rcode": 0, "found": []}, kind
    lab.move(phone, lab.segments[0])
    assert phone.dns(f"www.{NAME}")["rcode"] == NXDOMAIN
    assert phone.dns("use-application-dns.net")["rcode"] == NXDOMAIN
    assert phone.dns(f"_acme-challenge.{NAME}")["found"] == [WEB4], "not asked of the internet"
    assert phone.dns("example.org")["found"] == [WEB4]


def test_what_has_expired_is_not_announced(lab):
    dnsmasq, root = served(lab), f"{lab.folder}/root"
    lab.write_conf(portal=expired())
    done = setup(lab, "dnsmasq", "--write", "--root", root)
    assert "not announced" in done.stderr and "expired on" in done.stderr, done.stderr
    dnsmasq.start()
    phone = lab.phone()
    _, options, looked = offered(phone)
    assert 114 not in options and not looked
    assert phone.dns(NAME, server=lab.segments[0].v4)["found"] == [lab.segments[0].v4]
    lab.write_conf(portal=AUTHORITY.portal())
    assert setup(lab, "dnsmasq", "--write", "--root", root).stderr == ""
    dnsmasq.start()
    assert offered(phone)[1][114] == API.encode()


# ------------------------------------------------------------------ NetworkManager

def test_networkmanagers_shared_connection_announces_it(lab):
    need()
    root, phone = machine(lab), lab.phone()
    setup(lab, "networkmanager", "--write", "--root", root)
    lab.gateway.ip(f"link add shared0 type veth peer name wlan1 netns {phone.ns.name}")
    phone.ns.ip("link set wlan0 name wired0 down", "link set wlan1 name wlan0 up")
    manager = NetworkManager(lab.gateway, lab.folder, "shared0",
                             shared=f"{root}/{FOLDERS['networkmanager']}")
    try:
        manager.wait_ready()
        manager.nmcli("connection", "add", "type", "ethernet", "ifname", "shared0", "con-name",
                      "cafe", "autoconnect", "no", "ipv4.method", "shared", "ipv4.addresses",
                      "10.90.0.1/24", "ipv6.method", "disabled")
        manager.nmcli("--wait", "20", "connection", "up", "cafe")
        lease, options, looked = offered(phone)
        assert options[114] == API.encode() and not looked
        phone.ns.ip(f"address add {lease['ip']}/24 dev wlan0")
        assert phone.dns(NAME, server="10.90.0.1")["found"] == ["10.90.0.1"]
        manager.nmcli("--wait", "20", "connection", "down", "cafe")
    finally:
        manager.close()
        phone.ns.ip("link del wlan0", "link set wired0 name wlan0 up")
        phone.renew()


# ------------------------------------------------------------------ files

def test_undone_every_file_is_as_it_was(lab):
    root = machine(lab)
    before = tree(root)
    for server in FOLDERS:
        setup(lab, server, "--undo", "--root", root)
        assert tree(root) == before, f"{server}: undo of nothing"
        setup(lab, server, "--write", "--root", root)
        once = tree(root)
        assert once != before
        said = setup(lab, server, "--write", "--root", root).stdout
        assert tree(root) == once and "already" in said, f"{server}: {said}"
        # A run that was killed in the middle.
        file = "dhcp" if server == "odhcpd" else "congchao.conf"
        with open(f"{root}/{FOLDERS[server]}/.{file}.congchao", "w", encoding="utf-8") as out:
            out.write("hal")
        setup(lab, server, "--undo", "--root", root)
        assert tree(root) == before, f"{server}: undone"


def test_what_is_printed_is_the_file(lab):
    root = machine(lab)
    for server, folder in FOLDERS.items():
        printed = setup(lab, server, "--root", root).stdout
        said = setup(lab, server, "--write", "--root", root).stdout
        file = f"{root}/{folder}/" + ("dhcp" if server == "odhcpd" else "congchao.conf")
        with open(file, encoding="utf-8") as text:
            assert text.read() == printed, server
        assert file in said and ("restart" in said or "nmcli" in said), said


def test_what_was_changed_by_hand_is_left_alone(lab):
    root = machine(lab)
    path = f"{root}/{FOLDERS['dnsmasq']}/congchao.conf"
    setup(lab, "dnsmasq", "--write", "--root", root)
    with open(path, "a", encoding="utf-8") as out:
        out.write("log-dhcp\n")
    changed = tree(root)
    for act in ("--write", "--undo"):
        assert "changed since" in setup(lab, "dnsmasq", act, "--root", root, status=1).stderr
        assert tree(root) == changed
    assert "changed by hand" in setup(lab, "--root", root).stdout
    os.remove(path)
    os.symlink("../config/network", path)
    linked = tree(root)
    for act in ("--write", "--undo"):
        assert "symbolic link" in setup(lab, "dnsmasq", act, "--root", root, status=1).stderr
        assert tree(root) == linked


def test_it_finds_the_servers_that_are_here(lab):
    root = machine(lab)
    said = setup(lab, "--root", root).stdout
    for server in FOLDERS:
        assert f"# {server}, {root}/{FOLDERS[server]}/" in said and "not written yet" in said
    assert said.count(API) > 5
    shutil.rmtree(f"{root}/etc/config")
    setup(lab, "networkmanager", "--write", "--root", root)
    said = setup(lab, "--root", root).stdout
    assert "# odhcpd" not in said and "# networkmanager" in said
    assert "congchao.conf: written.\n" in said
    done = setup(lab, "odhcpd", "--write", "--root", root, status=1)
    assert "expected OpenWrt" in done.stderr
    shutil.rmtree(f"{root}/etc")
    assert "expected one of them" in setup(lab, "--root", root, status=1).stderr


def test_wrong_use_is_exit_2(lab):
    for words in (["bind9"], ["dnsmasq", "odhcpd"], ["--write"], ["--undo"], ["--root"],
                  ["dnsmasq", "--write", "--undo"], ["dnsmasq", "--nonsense"]):
        assert setup(lab, *words, status=2).stderr.strip(), words
    assert "usage: congchao" in setup(lab, "--help").stdout


def test_undo_needs_no_configuration(lab):
    root = machine(lab)
    before = tree(root)
    setup(lab, "odhcpd", "--write", "--root", root)
    done = lab.gate.ctl("setup", "odhcpd", "--undo", "--root", root, conf="/nowhere")
    assert done.returncode == 0 and tree(root) == before, done.stderr
    assert setup(lab, "odhcpd", "--undo", "--root", root).stdout.endswith("take away.\n")


def test_check_says_when_it_is_not_as_it_should_be(lab):
    """On an /etc of our own, that has a dnsmasq.d."""
    congchao = f"{lab.gate.path('congchao')} -c {lab.conf_path}"
    expired_conf = f"{lab.folder}/expired.conf"
    lab.write_conf(portal=expired())
    os.rename(lab.conf_path, expired_conf)
    lab.write_conf(portal=AUTHORITY.portal())
    script = f"""mount -t tmpfs tmpfs /mnt || exit 77
mkdir /mnt/upper /mnt/work
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work overlay /etc || exit 77
mkdir -p /etc/dnsmasq.d
{congchao} check
{congchao} setup dnsmasq --write
{congchao} check
{congchao.replace(lab.conf_path, expired_conf)} check
true
"""
    done = lab.gateway.run("unshare", "--mount", "--propagation", "private", "sh", "-c", script,
                           check=False)
    if done.returncode:
        raise Skip(f"no /etc of our own here: {done.stderr.strip()}")
    before, _, after = done.stdout.partition("is written.")
    said = "/etc/dnsmasq.d/congchao.conf: warning: is not"
    assert before.count(f"{said} there, expected") == 1, before
    assert after.count(said) == after.count(f"{said} as it should be now, expected") == 1, after
