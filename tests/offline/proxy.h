/*
 * A bad road between a kiosk and its platform: a TCP proxy in a thread of the test, with rate, delay and
 * cuts. The kernels here have no netem; what loses packets is done with nftables elsewhere.
 */
#ifndef YIZHAN_TESTS_OFFLINE_PROXY_H
#define YIZHAN_TESTS_OFFLINE_PROXY_H

#include <stdint.h>

struct proxy;

struct proxy_road {
    int64_t bytes_per_s; /* towards the platform; 0 for as fast as it goes */
    int64_t delay_ms;    /* before the first byte of a connection passes */
    int64_t cut_every;   /* each connection is cut after that many bytes towards the platform in all since the
                            last cut; 0 never. Where the link dies every so often, this is rate times time */
    int64_t cut_answer;  /* cuts that many connections after the whole request and before its answer */
    int64_t black_hole;  /* takes that many connections and nothing happens on them */
};

/* Listens on a free port of 127.0.0.1 and forwards to port. Fails the test when it cannot. */
struct proxy *proxy_start(int port, const struct proxy_road *road);
int proxy_port(const struct proxy *proxy);
/* A new road from the next byte on; the counting begins anew. */
void proxy_change(struct proxy *proxy, const struct proxy_road *road);
int64_t proxy_cuts(struct proxy *proxy);
/* Towards the platform, whole. */
int64_t proxy_bytes(struct proxy *proxy);
void proxy_stop(struct proxy **proxy);

#endif
