/*
 * The file of the key; see key.h. Must never show a byte of the key, nor leave half a file
 * where a whole one was: without its key a gateway must be enrolled again.
 */
#include "report/key.h"

#include <errno.h>
#include <fcntl.h>
#include <libconfig.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf_value.h"

enum { FILE_BYTES_MAX = 2048, PATH_BYTES = 256 };

static void path_of(const struct conf *conf, const char *name, char out[PATH_BYTES])
{
	snprintf(out, PATH_BYTES, "%.*s/%s", CONF_PATH_BYTES, conf->report_state, name);
}

bool key_parse(const char *hex, uint8_t bytes[KEY_BYTES])
{
	size_t length = strlen(hex), got = 0;

	return length == 2 * (size_t)KEY_BYTES &&
	       sodium_hex2bin(bytes, KEY_BYTES, hex, length, NULL, &got, NULL) == 0 &&
	       got == KEY_BYTES;
}

bool key_is_instance(const char *text)
{
	return strlen(text) == KEY_INSTANCE_SIZE - 1 &&
	       strspn(text, "0123456789abcdef") == KEY_INSTANCE_SIZE - 1;
}

void key_new_instance(char out[KEY_INSTANCE_SIZE])
{
	uint8_t random[KEY_INSTANCE_SIZE / 2];

	randombytes_buf(random, sizeof(random));
	sodium_bin2hex(out, KEY_INSTANCE_SIZE, random, sizeof(random));
}

void key_url(const struct conf *conf, const struct key *key, char out[CONF_URL_SIZE])
{
	size_t length;

	snprintf(out, CONF_URL_SIZE, "%s",
		 conf->report_url[0] != '\0' ? conf->report_url : key->url);
	length = strlen(out);
	if (length > 0 && out[length - 1] == '/')
		out[length - 1] = '\0';
}

static bool take_text(const config_t *config, const char *name, bool (*is)(const char *), char *out,
		      size_t size)
{
	const char *text;

	if (config_lookup_string(config, name, &text) != CONFIG_TRUE || !is(text))
		return false;
	return (size_t)snprintf(out, size, "%s", text) < size;
}

static bool take(const config_t *config, struct key *key)
{
	const char *hex;
	long long enrolled;
	int version;

	if (config_lookup_string(config, "key", &hex) != CONFIG_TRUE ||
	    !key_parse(hex, key->bytes) ||
	    config_lookup_int(config, "key_version", &version) != CONFIG_TRUE || version < 1 ||
	    config_lookup_int64(config, "enrolled", &enrolled) != CONFIG_TRUE || enrolled < 0)
		return false;
	key->version = (uint32_t)version;
	key->enrolled = enrolled;
	return take_text(config, "site", conf_is_name, key->site, sizeof(key->site)) &&
	       take_text(config, "url", conf_is_https, key->url, sizeof(key->url)) &&
	       take_text(config, "instance", key_is_instance, key->instance, sizeof(key->instance));
}

static bool parse(const char *text, struct key *key)
{
	config_t config;
	bool good;

	if (strchr(text, '@') != NULL) /* libconfig would include a file, and may exit() */
		return false;
	config_init(&config);
	good = config_read_string(&config, text) == CONFIG_TRUE && take(&config, key);
	config_destroy(&config);
	return good;
}

enum key_read key_read(const struct conf *conf, struct key *key, struct problem *problem)
{
	char path[PATH_BYTES], text[FILE_BYTES_MAX + 1] = "";
	FILE *file;
	bool good;

	path_of(conf, "key", path);
	file = fopen(path, "re");
	if (file == NULL && errno == ENOENT)
		return KEY_NONE;
	if (file == NULL) {
		problem_say(problem, "%s: %s%s", path, strerror(errno),
			    errno == EACCES ? ": run it as root, with sudo" : "");
		return KEY_FAILED;
	}
	good = fread(text, 1, FILE_BYTES_MAX, file) > 0 && ferror(file) == 0 && parse(text, key);
	fclose(file);
	sodium_memzero(text, sizeof(text));
	if (good)
		return KEY_FOUND;
	problem_say(problem,
		    "%s is not as enrolment has written it: ask the department for a new code, "
		    "then congchao enrol",
		    path);
	return KEY_FAILED;
}

/* A rename is on the disk when its folder is. */
static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	return rc;
}

static int write_file(const char *path, const struct key *key)
{
	char hex[2 * KEY_BYTES + 1];
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	int rc = -1;

	if (file == NULL)
		goto out;
	sodium_bin2hex(hex, sizeof(hex), key->bytes, KEY_BYTES);
	fprintf(file,
		"# Made by `congchao enrol`. Whoever has this can report as this site.\n"
		"site = \"%s\";\nkey_version = %u;\nkey = \"%s\";\nurl = \"%s\";\n"
		"instance = \"%s\";\nenrolled = %lldL;\n",
		key->site, (unsigned)key->version, hex, key->url, key->instance,
		(long long)key->enrolled);
	sodium_memzero(hex, sizeof(hex));
	rc = fflush(file) == 0 && ferror(file) == 0 ? fsync(fd) : -1;
out:
	if (file != NULL && fclose(file) != 0)
		rc = -1;
	else if (file == NULL && fd >= 0)
		close(fd);
	return rc;
}

int key_write(const struct conf *conf, const struct key *key, struct problem *problem)
{
	char path[PATH_BYTES], fresh[PATH_BYTES];

	path_of(conf, "key", path);
	path_of(conf, "key.new", fresh);
	if (write_file(fresh, key) < 0 || rename(fresh, path) < 0 ||
	    sync_folder(conf->report_state) < 0)
		return problem_say(problem, "%s cannot be written: %s", path, strerror(errno));
	return 0;
}
