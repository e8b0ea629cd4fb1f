/* The port to which gate leads held devices' questions while there is no internet. */
#ifndef PORTAL_DNS_H
#define PORTAL_DNS_H

#include "common/conf.h"

/* A socket to be polled for reading; -1 with errno. Before the lock. */
int dns_open(const struct conf *conf);
/* Answers what has come, a few at a time, waiting for nothing. */
void dns_serve(int fd, const struct conf *conf);

#endif
