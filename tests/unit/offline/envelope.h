/* A county's key pair and a sealed submission in memory, for the tests of sealing. */
#ifndef YIZHAN_TESTS_UNIT_OFFLINE_ENVELOPE_H
#define YIZHAN_TESTS_UNIT_OFFLINE_ENVELOPE_H

#include "offline/seal.h"

struct county {
    char dir[64];
    char private_pem[96];  /* path */
    char public_key[1024]; /* as a form's base64RsaPublicKey */
};

/* type: "RSA" (2048 bits) or "SM2". */
void county_init(struct county *county, const char *type, size_t bits);
void county_finish(struct county *county);

/* A sink that keeps everything. */
struct sealed {
    struct buf manifest;
    char names[8][160];
    bool is_xml[8];
    struct buf files[8];
    int count;
};
struct seal_sink sealed_sink(struct sealed *sealed);
void sealed_finish(struct sealed *sealed);
/* For open_envelope: context is a struct sealed. */
struct err sealed_fetch(void *context, const char *name, struct buf *out_bytes);

#endif
