/*
 * Which of portal's keys for HTTPS go together. Looks at the configuration alone: whether
 * the certificate is there and good is certificate.c's, and changes from day to day.
 */
#include "common/conf_value.h"

#include <string.h>

#define LABEL "abcdefghijklmnopqrstuvwxyz0123456789-"

/*
 * Names as the DNS has them and as a certificate's DNS-ID can (RFC 9525): labels of letters,
 * digits and inner hyphens. More than one, the last not of digits: no IP literal (RFC 8910).
 */
bool conf_is_host(const char *text)
{
	const char *label = text;
	size_t length;

	if (strlen(text) >= CONF_HOST_SIZE || strchr(text, '.') == NULL)
		return false;
	for (;; label += length + 1) {
		length = strspn(label, LABEL);
		if (length == 0 || length > 63 || label[0] == '-' || label[length - 1] == '-')
			return false;
		if (label[length] != '.')
			break;
	}
	return label[length] == '\0' && strspn(label, "0123456789") != length;
}

static void wrong(struct conf_load *load, const config_t *config, const char *key,
		  const char *expected)
{
	const config_setting_t *s = config_lookup(config, key);

	report_error(load->report, load->file, s != NULL ? conf_line(s) : 0, "%s %s", key,
		     expected);
}

static void check_certificate(struct conf_load *load, const config_t *config)
{
	const struct conf *conf = load->conf;

	if (!HAVE_TLS)
		wrong(load, config, "portal.certificate",
		      "is set, and this program was built without TLS (make TLS=0), expected one "
		      "with it, or portal.behind_proxy");
	if (conf->key[0] == '\0')
		wrong(load, config, "portal.certificate", "is set, expected portal.key beside it");
	if (conf->name[0] == '\0')
		wrong(load, config, "portal.certificate",
		      "is set, expected portal.name beside it: the host name that it is for");
	/* Of the two only one can have port 443. */
	if (conf->behind_proxy)
		wrong(load, config, "portal.certificate",
		      "is set, and portal.behind_proxy as well, expected one of them");
}

void conf_check_tls(struct conf_load *load, const config_t *config)
{
	const struct conf *conf = load->conf;

	if (conf->certificate[0] != '\0')
		check_certificate(load, config);
	else if (conf->key[0] != '\0')
		wrong(load, config, "portal.key", "is set, expected portal.certificate beside it");
	if (conf->behind_proxy && conf->name[0] == '\0')
		wrong(load, config, "portal.behind_proxy",
		      "is set, expected portal.name beside it: the host name of the proxy");
}
