/* Which host names this cloud answers to. Every request is asked: a page elsewhere on the web that has its own name rebound
 * to 127.0.0.1 sends that name, and is refused.
 *
 *      127.0.0.1 · [::1] · localhost · NAME.localhost · localhost.localstack.cloud · NAME.localhost.localstack.cloud
 *      each --public-host and NAME under it
 *
 * and any of them behind a prefix that SDKs put there for some operations ("sync-localhost"). Ports do not count. */
#ifndef NET_HOSTS_H
#define NET_HOSTS_H

#include "aws/cloud.h"
#include "base/str.h"

struct hosts;

struct hosts *hosts_new(const struct cloud *cloud,
                        const char *const *public_hosts_or_null); /* NULL-terminated; copied */
void hosts_free(struct hosts *hosts);
/* `host` as in a Host header. What stands in it before the name that is allowed: "bucket.s3" of "bucket.s3.localhost:4566". */
bool hosts_allow(const struct hosts *hosts, struct str host, struct str *ret_above);

#endif
