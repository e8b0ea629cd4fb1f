"""A real NetworkManager in a phone's namespace: none, portal, full, and nothing between."""
from harness import Lab, wait_for
from manager import NetworkManager, need


def check(family):
    need()
    with Lab(phones=1) as lab:
        phone = lab.phone()
        portal = phone.portal6 if family == 6 else phone.portal
        phone.ns.ip("address flush dev wlan0 scope global", "link set wlan0 down")
        manager = NetworkManager(phone.ns, lab.folder, "wlan0",
                                 phone.segment.v6 if family == 6 else phone.segment.v4)
        try:
            manager.wait_ready()
            assert manager.nmcli("-t", "-f", "CONNECTIVITY", "general") == "none"
            methods = {4: "disabled", 6: "disabled", family: "auto"}
            manager.nmcli("connection", "add", "type", "ethernet", "ifname", "wlan0", "con-name",
                          "lab", "autoconnect", "no", "ipv4.method", methods[4], "ipv6.method", methods[6],
                          "ethernet.cloned-mac-address", phone.mac)
            manager.nmcli("--wait", "20", "connection", "up", "lab")
            wait_for("NetworkManager to see the portal", lambda: "portal" in manager.states())
            assert manager.of_family(family) == "portal"
            assert "/nm" not in [one["path"] for one in lab.seen()], "its probe was let through"
            assert phone.visit(f"{portal}/", family=family).online
            wait_for("NetworkManager to see the internet", lambda: "full" in manager.states(), 30)
            assert manager.of_family(family) == "full"
            assert "/nm" in [one["path"] for one in lab.seen()], "it has not asked the internet"
            return manager.states()
        finally:
            manager.close()


def test_none_portal_full_and_nothing_between():
    states = check(4)
    assert states == ["portal", "full"], f"none, then {states}"


def test_none_portal_full_with_ipv6_alone():
    states = check(6)
    assert states == ["portal", "full"], f"none, then {states}"
