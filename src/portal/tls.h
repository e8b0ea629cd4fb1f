/*
 * The certificate that portal shows at https://NAME/, and when it shows none; and the daemon
 * that shows it. Knows nothing of requests.
 */
#ifndef PORTAL_TLS_H
#define PORTAL_TLS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/conf.h"

struct tls;

/*
 * Reads the certificate of conf, which must have one. What is wrong with it goes to the log,
 * and nobody is answered until it is put right. `clock_settled`: the wall clock is right;
 * until then a certificate that is "not valid yet" is taken for good. NULL: memory is out.
 */
struct tls *tls_open(const struct conf *conf, bool clock_settled);
void tls_close(struct tls *tls); /* accepts NULL */

/*
 * Reads it again: connections go on with what they began with. One that cannot be used is not
 * taken while the one of before can: false, with a line in the log.
 */
bool tls_reload(struct tls *tls, bool clock_settled);

/* Time passes; reads no file. Call about once a second. */
void tls_tick(struct tls *tls, bool clock_settled);

/* What a handshake gets now; NULL: nothing. */
struct certificate_pair;
const struct certificate_pair *tls_shown(const struct tls *tls);

/* As certificate_word and certificate_days_left; "off" for NULL. */
const char *tls_word(const struct tls *tls);
int64_t tls_days_left(const struct tls *tls);

/*
 * A daemon that speaks TLS with that certificate, with these options beside. There is one in
 * a process: libmicrohttpd cannot tell the callback of one from that of another.
 */
struct MHD_Daemon *tls_daemon(const struct tls *tls, unsigned flags,
			      MHD_AccessHandlerCallback handle, void *handle_cls,
			      struct MHD_OptionItem *options);

#endif
