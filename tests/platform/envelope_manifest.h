/* The submission manifest, read. For open_envelope.c. */
#ifndef YIZHAN_TESTS_PLATFORM_ENVELOPE_MANIFEST_H
#define YIZHAN_TESTS_PLATFORM_ENVELOPE_MANIFEST_H

#include "board/base/buf.h"

#define ENVELOPE_FILES_MAX 64

struct envelope_manifest {
    bool encrypted;
    bool sm; /* suite="sm" */
    char form_id[128];
    char form_version[128];
    char instance_id[64];
    char key[4096];       /* base64EncryptedKey */
    char signature[4096]; /* base64EncryptedElementSignature, "" for none */
    char xml_name[160];
    char files[ENVELOPE_FILES_MAX][160];
    int file_count;
};

MUST_USE struct err envelope_manifest_read(const char *text, size_t size,
                                           struct envelope_manifest *out_manifest);

#endif
