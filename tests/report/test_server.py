"""Whom the sender trusts, what it is configured to, and whom it becomes."""
import os

from cert import Authority
from hotspot import HOUR, Site, this_hour
from pair import Pair, visits
from collector import Collector


def test_whoever_cannot_prove_to_be_the_server_gets_nothing(build, authority):
    """Another authority, another name, ended, not begun; and no way around it."""
    with Site(build, authority) as site:
        site.count(visits(this_hour() - 2 * HOUR))
        stranger = Authority(f"{site.folder}/stranger")
        for certificate in (stranger.server(), authority.server("other", "DNS:other.vn,IP:127.0.0.2"),
                            authority.server("ended", ends="20260101000000Z"),
                            authority.server("begins", begins="20590101000000Z")):
            collector = Collector(certificate)
            site.enrolled(collector.url, collector.add(site.name))
            done = site.now(expected=1, env={**os.environ, "SSL_CERT_FILE": stranger.ca,
                                             "CURL_CA_BUNDLE": stranger.ca,
                                             "SSL_CERT_DIR": f"{site.folder}/stranger"})
            assert "cannot be trusted" in done.stderr, done.stderr
            assert not collector.requests
            collector.close()
        site.configure(ca=f"{site.folder}/nowhere.pem")
        collector = Collector(authority.server())
        site.enrolled(collector.url, collector.add(site.name))
        site.now(expected=1)
        assert not collector.requests
        collector.close()


def test_environment_neither_redirects_nor_lets_listen(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count(visits(this_hour() - 2 * HOUR))
        keys = f"{site.folder}/report/keys"
        site.now(env={**os.environ, "https_proxy": "http://127.0.0.1:1", "SSLKEYLOGFILE": keys,
                      "ALL_PROXY": "socks5://127.0.0.1:1"})
        assert len(collector.requests) == 1 and not os.path.exists(keys)


def test_configuration_and_enrolment_that_disagree_are_said(build, authority):
    with Pair(build, authority) as (site, collector):
        site.count({})
        site.configure(site="cb-9999")
        done = site.now()
        assert 'site.id is "cb-9999", and this gateway is enrolled as "cb-0017"' in done.stderr
        assert {name for name, _ in collector.stored} == {"cb-0017"}
        site.configure(site="cong-chao")  # the default: nobody has said anything
        assert site.now().stderr == ""
        site.configure(more="enabled = false;")
        assert "enabled is false" in site.now(expected=1).stderr
        assert site.run().returncode == 0 and site.run().stderr == ""
        other = Collector(authority.server(), prefix="/thu-thap")
        other.sites = collector.sites
        site.configure(more=f'url = "{other.url}/";')
        os.unlink(site.state)
        site.now()
        assert len(other.stored) == 3, "report.url comes before the address of the enrolment"
        other.close()
