"""What each system makes of the answers to its probes: its decision, as a small pure function.

Each is written from the rules of the system's own source or maker, named above it; what no
source says is UNKNOWN. None of them speaks to anybody: a test asks, these judge.

    Answer(status, headers, body, address)  one HTTP answer; address: where the probe's host lies
    RST, DROP                               no answer: refused, or silence until the timeout

    judge(system, answers) -> verdict       answers: to one probe, over one address family
"""
import collections
import ipaddress
import re
import urllib.parse

ONLINE = "online"            # nothing to do; an open sheet closes
PORTAL = "portal"            # the sheet, the tab, the bar or the notification opens
NO_INTERNET = "no internet"  # a network without internet: no way to sign in is offered
NOTHING = "nothing"          # no conclusion: nothing opens and nothing closes
UNKNOWN = "unknown"

_Answer = collections.namedtuple("Answer", "status headers body address")
RST, DROP = "RST", "DROP"


class Answer(_Answer):
    """headers: pairs. body: bytes. address: the probe's host as resolved; None: not told."""

    def __new__(cls, status, headers=(), body=b"", address=None):
        return super().__new__(cls, status, tuple(headers), body, address)

    def __getitem__(self, name):
        if not isinstance(name, str):
            return super().__getitem__(name)
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def can_be_opened(location):
    """Is it an absolute http(s) URL that a phone can open? Not at an IPv6 link-local address: no
    URL can name the zone (RFC 9844 leaves that to whoever types it)."""
    host = _host(location) or ""
    return bool(host) and not re.match("fe[89ab][0-9a-f]:", host, re.I)


def _host(location):
    """The host of an absolute http(s) URL; None for anything else."""
    try:
        parts = urllib.parse.urlsplit(location or "")
        return parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        return None


def _is_private(address):
    """Not documentation's addresses, of which the stand-in internet is made."""
    places = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
              "fc00::/7", "fe80::/10", "::1/128")
    where = ipaddress.ip_address(address)
    return any(where in ipaddress.ip_network(place) for place in places
               if ipaddress.ip_network(place).version == where.version)


# AOSP NetworkStack, NetworkMonitor.sendHttpProbe and CaptivePortalProbeResult: 204 is success,
# 200 to 399 a portal, all else failed; 200 with a Content-Length of 4 or less is failed, without
# one it needs a byte. A probe's host at a private address makes a network without internet of it
# (behind a flag of the module).
def android_http(answer):
    if answer in (RST, DROP):
        return NO_INTERNET
    if answer.address and _is_private(answer.address):
        return NO_INTERNET
    if answer.status == 204:
        return ONLINE
    if answer.status == 200:
        said = int(answer["Content-Length"] or len(answer.body) + 4)  # chunked: one byte will do
        return PORTAL if said > 4 else NO_INTERNET
    if 200 <= answer.status <= 399:
        return PORTAL
    return NO_INTERNET


# The same, NetworkMonitor.isCaptivePortal: a portal on the HTTP probe is conclusive; online
# (VALIDATED) takes HTTP and HTTPS. https: whether the HTTPS probe can be answered.
def android(answers, https):
    verdict = android_http(answers[0])
    return NO_INTERNET if verdict == ONLINE and not https else verdict


# ChromeOS shill, portal_detector.cc: 302 and 307 with a Location that can be parsed are a
# redirect, 200 with more than one byte is suspected and opens too, 204 and an all but empty 200
# are success, everything else (301, 303, 308, 4xx, 511) is a failure: no sign-in. Success takes
# the HTTPS probe also; a redirect does not wait for it.
def chromeos(answers, https):
    answer = answers[0]
    if answer in (RST, DROP):
        return NO_INTERNET
    if answer.status in (302, 307):
        return PORTAL if _host(answer["Location"]) else NO_INTERNET
    if answer.status == 204 or (answer.status == 200 and len(answer.body) <= 1):
        return ONLINE if https else NO_INTERNET
    return PORTAL if answer.status == 200 else NO_INTERNET


# Chromium, components/captive_portal/core/captive_portal_detector.cc: redirects are followed
# within the probe; then 204 and an all but empty 200 are the internet, any other 2xx or 3xx and
# 511 a portal, other codes and errors (a bad certificate at the portal) no result.
# answers: the chain of the redirects, the last one where it ended.
def chromium(answers):
    answer = answers[-1]
    if answer in (RST, DROP):
        return NOTHING
    if answer.status == 204 or (answer.status == 200 and len(answer.body) <= 1):
        return ONLINE
    return PORTAL if 200 <= answer.status <= 399 or answer.status == 511 else NOTHING


# Firefox, toolkit/components/captivedetect/CaptiveDetect.sys.mjs: the canonical body and 200 is
# the internet; another body, another 2xx, a redirect and 511 are a portal; all else is asked
# again and then given up.
FIREFOX = (b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/'
           b'captive-portal"/>')


def firefox(answers):
    answer = answers[0]
    if answer in (RST, DROP):
        return NOTHING
    if answer.status == 200 and answer.body.strip() == FIREFOX:
        return ONLINE
    return PORTAL if 200 <= answer.status <= 399 or answer.status == 511 else NOTHING


# NetworkManager 1.42, src/core/nm-connectivity.c: its header or its body's beginning is full,
# any other answer is portal, whatever its status; redirects are not followed. No answer is
# "limited", which offers no sign-in.
def networkmanager(answers):
    answer = answers[0]
    if answer in (RST, DROP):
        return NO_INTERNET
    if (answer["X-NetworkManager-Status"] or "").lower() == "online":
        return ONLINE
    return ONLINE if answer.body.startswith(b"NetworkManager is online") else PORTAL


# Apple: WBA, Captive Network Portal Behavior: the page "Success" is the internet, anything else
# a portal. What it makes of 4xx and 5xx nobody says. No answer: no sheet.
APPLE = b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"


def apple(answers):
    answer = answers[0]
    if answer in (RST, DROP):
        return NOTHING
    if answer.status == 200 and answer.body.strip() == APPLE:
        return ONLINE
    return PORTAL if 200 <= answer.status <= 399 or answer.status == 511 else UNKNOWN


# Windows: Microsoft, "Network Connectivity Status Indicator overview": DNS must be truthful
# (dns.msftncsi.com); then the text and 200 is the internet, 200 with another body or a redirect
# opens the browser. What it makes of the rest nobody says. dns: what the name has resolved to.
WINDOWS = b"Microsoft Connect Test"
WINDOWS_DNS = {4: "131.107.255.255", 6: "fd3e:4f5a:5b81::1"}


def windows(answers, dns):
    answer = answers[0]
    if answer in (RST, DROP) or dns not in WINDOWS_DNS.values():
        return NO_INTERNET
    if answer.status == 200:
        return ONLINE if answer.body == WINDOWS else PORTAL
    return PORTAL if answer.status in (302, 307) else UNKNOWN


# ---------------------------------------------------------------- how each of them asks

Probe = collections.namedtuple("Probe", "urls agent version headers")

_ANDROID = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/60.0.3112.32 Safari/537.36")
_CHROME = ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
           "Chrome/138.0.0.0 Safari/537.36")
_CLOSE = (("Connection", "close"),)
_KEEP = (("Connection", "keep-alive"),)
_FRESH = (("Pragma", "no-cache"), ("Cache-Control", "no-cache"))

PROBES = {
    "android": Probe(("http://connectivitycheck.gstatic.com/generate_204",
                      "http://www.google.com/gen_204",
                      "http://play.googleapis.com/generate_204",
                      "http://connectivitycheck.gstatic.cn/generate_204",
                      "http://connectivitycheck.android.com/generate_204",
                      "http://connect.rom.miui.com/generate_204",
                      "http://connectivitycheck.platform.hicloud.com/generate_204",
                      "http://conn1.oppomobile.com/generate_204",
                      "http://wifi.vivo.com.cn/generate_204"), _ANDROID, "1.1", _CLOSE),
    "chromeos": Probe(("http://connectivitycheck.gstatic.com/generate_204",
                       "http://www.gstatic.com/generate_204",
                       "http://safebrowsing.google.com/generate_204"), _CHROME, "1.1", _CLOSE),
    "chromium": Probe(("http://www.gstatic.com/generate_204",
                       "http://connectivitycheck.gstatic.com/generate_204"),
                      _CHROME.replace("CrOS x86_64 14541.0.0", "Linux x86_64"), "1.1",
                      _KEEP + _FRESH),
    "firefox": Probe(("http://detectportal.firefox.com/canonical.html",),
                     "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                     "1.1", _KEEP + _FRESH),
    "networkmanager": Probe(("http://network-test.debian.org/nm",
                             "http://nmcheck.gnome.org/check_network_status.txt"), None, "1.1",
                            (("Accept", "*/*"), ("Connection", "close"))),
    "apple": Probe(("http://captive.apple.com/hotspot-detect.html",
                    "http://www.apple.com/library/test/success.html"),
                   "CaptiveNetworkSupport-355.200.27 wispr", "1.0", _CLOSE),
    "windows": Probe(("http://www.msftconnecttest.com/connecttest.txt",
                      "http://ipv6.msftconnecttest.com/connecttest.txt"), "Microsoft NCSI", "1.1",
                     (("Connection", "Close"),)),
}


def judge(system, answers, https=True, dns=WINDOWS_DNS[4]):
    """One system's verdict. answers: of one probe; for Chromium with what it was led to."""
    more = {"android": {"https": https}, "chromeos": {"https": https}, "windows": {"dns": dns}}
    return globals()[system](answers, **more.get(system, {}))
