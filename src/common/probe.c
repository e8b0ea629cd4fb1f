/*
 * The table of probe hosts. From the sources of the systems and the documents of their
 * makers; a host too many costs one address that a garden cannot open.
 */
#include "common/probe.h"

#include <string.h>
#include <strings.h>

#define WINDOWS "Windows"

static const struct probe probes[] = {
    {"captive.apple.com", "iOS and macOS", NULL, NULL},
    {"www.apple.com", "iOS and macOS", NULL, NULL},
    {"www.appleiphonecell.com", "iOS", NULL, NULL},
    {"www.airport.us", "iOS", NULL, NULL},
    {"www.ibook.info", "iOS", NULL, NULL},
    {"www.itools.info", "iOS", NULL, NULL},
    {"www.thinkdifferent.us", "iOS", NULL, NULL},
    {"connectivitycheck.gstatic.com", "Android and ChromeOS", NULL, NULL},
    {"connectivitycheck.android.com", "Android", NULL, NULL},
    {"clients3.google.com", "Android", NULL, NULL},
    {"www.google.com", "Android and ChromeOS", NULL, NULL},
    {"play.googleapis.com", "Android", NULL, NULL},
    {"www.play.googleapis.com", "ChromeOS", NULL, NULL},
    {"www.gstatic.com", "Chromium and ChromeOS", NULL, NULL},
    {"safebrowsing.google.com", "ChromeOS", NULL, NULL},
    {"www.googleapis.com", "ChromeOS", NULL, NULL},
    {"connectivitycheck.gstatic.cn", "Android", NULL, NULL},
    {"www.googleapis.cn", "Android", NULL, NULL},
    {"www.google.cn", "OPPO", NULL, NULL},
    {"d2uzsrnmmf6tds.cloudfront.net", "Samsung", NULL, NULL},
    {"www.samsung.com", "Samsung", NULL, NULL},
    {"connect.rom.miui.com", "Xiaomi", NULL, NULL},
    {"connectivitycheck.platform.hicloud.com", "Huawei", NULL, NULL},
    {"connectivitycheck.cbg-app.huawei.com", "Huawei", NULL, NULL},
    {"connectivitycheck.hihonor.com", "Honor", NULL, NULL},
    {"conn1.oppomobile.com", "OPPO", NULL, NULL},
    {"conn2.oppomobile.com", "OPPO", NULL, NULL},
    {"m.baidu.com", "OPPO", NULL, NULL},
    {"sina.cn", "OPPO", NULL, NULL},
    {"m.sohu.com", "OPPO", NULL, NULL},
    {"wifi.vivo.com.cn", "vivo", NULL, NULL},
    {"www.qualcomm.cn", "vivo", NULL, NULL},
    {"www.msftconnecttest.com", WINDOWS, NULL, NULL},
    {"ipv6.msftconnecttest.com", WINDOWS, NULL, NULL},
    {"www.msftncsi.com", WINDOWS, NULL, NULL},
    {"ipv6.msftncsi.com", WINDOWS, NULL, NULL},
    {"dns.msftncsi.com", WINDOWS, "131.107.255.255", "fd3e:4f5a:5b81::1"},
    {"detectportal.firefox.com", "Firefox", NULL, NULL},
    {"network-test.debian.org", "NetworkManager", NULL, NULL},
    {"nmcheck.gnome.org", "NetworkManager", NULL, NULL},
    {"fedoraproject.org", "NetworkManager", NULL, NULL},
    {"connectivity-check.ubuntu.com", "NetworkManager", NULL, NULL},
    {"networkcheck.kde.org", "KDE", NULL, NULL},
    {"spectrum.s3.amazonaws.com", "Kindle", NULL, NULL},
    {"conntest.nintendowifi.net", "Nintendo", NULL, NULL},
    {"ctest.cdn.nintendo.net", "Nintendo", NULL, NULL},
};

enum { PROBES = sizeof(probes) / sizeof(probes[0]) };

size_t probe_count(void)
{
	return PROBES;
}

const struct probe *probe_at(size_t i)
{
	return &probes[i];
}

const struct probe *probe_find(const char *name)
{
	for (size_t i = 0; i < PROBES; i++)
		if (strcasecmp(probes[i].name, name) == 0)
			return &probes[i];
	return NULL;
}

const struct probe *probe_below(const char *domain)
{
	size_t length = strlen(domain);

	for (size_t i = 0; i < PROBES; i++) {
		size_t whole = strlen(probes[i].name);

		if (whole < length || strcasecmp(probes[i].name + whole - length, domain) != 0)
			continue;
		if (whole == length || probes[i].name[whole - length - 1] == '.')
			return &probes[i];
	}
	return NULL;
}

void probe_check_names(const struct conf *conf, const char *file, struct report *report)
{
	for (size_t i = 0; i < conf->garden.name_count; i++) {
		const struct conf_domain *host = &conf->garden.names[i];
		const struct probe *probe = probe_below(host->name);

		if (probe != NULL)
			report_warning(
			    report, file, host->line,
			    "names has \"%s\", which covers %s, by which %s devices find "
			    "out that they are held: that host stays closed, expected a "
			    "name that does not cover it",
			    host->name, probe->name, probe->system);
	}
}
