/*
 * Opens a sealed submission as the county would, written from the specification and not from offline/seal.c:
 * it shares no code with it, chains the block cipher itself and reads the manifest with an XML parser. For
 * the tests' platform, the demo and the tests of sealing.
 */
#ifndef YIZHAN_TESTS_PLATFORM_OPEN_ENVELOPE_H
#define YIZHAN_TESTS_PLATFORM_OPEN_ENVELOPE_H

#include "board/base/buf.h"
#include <stddef.h>

struct envelope_file {
    char name[160]; /* as the instance names it, without .enc */
    struct buf bytes;
};

struct envelope {
    char form_id[128];
    char form_version[128];
    char instance_id[64];
    struct buf xml;              /* the instance in the clear */
    struct envelope_file *files; /* the media in the manifest's order */
    size_t count;
};

/*
 * private_key_pem: path of the RSA or SM2 private key. fetch appends the sealed bytes of a file by its name
 * in the manifest. ERR_DATA says what does not hold: key, padding, element signature, an instanceID that
 * differs inside.
 */
MUST_USE struct err open_envelope(const char *private_key_pem, const char *manifest, size_t manifest_size,
                                  struct err (*fetch)(void *context, const char *name, struct buf *out_bytes),
                                  void *context, struct envelope *out_envelope);
void envelope_finish(struct envelope *envelope);

/* The names a manifest lists, in order, sealed instance last; for a platform that must know what is still
 * missing. *out_encrypted false: this is no manifest but a submission in the clear, and no name is given. */
MUST_USE struct err envelope_names(const char *manifest, size_t manifest_size,
                                   struct err (*visit)(void *context, const char *name), void *context,
                                   bool *out_encrypted);

#endif
