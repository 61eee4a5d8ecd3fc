/* Media by content: a downloaded file goes in chunk by chunk and exists for others when it is whole. */
#include "offline/crypto.h"
#include "offline/formstore_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#define CHUNK_SIZE ((size_t)64 * 1024)

struct put {
    const char *sha256;
    int64_t number;
    int64_t size;
    const uint8_t *bytes;
    size_t length;
    int64_t complete;
};

/* Fills the buffer unless the file ends. */
static struct err read_chunk(int fd, uint8_t out_chunk[CHUNK_SIZE], size_t *out_length)
{
    size_t length = 0;
    while (length < CHUNK_SIZE) {
        ssize_t got = read(fd, out_chunk + length, CHUNK_SIZE - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno("formstore", errno, "read a downloaded file");
        if (got == 0)
            break;
        length += (size_t)got;
    }
    *out_length = length;
    return err_ok();
}

static struct err hash_chunks(int fd, EVP_MD_CTX *context, char out_sha256[FORMSTORE_SHA256_SIZE])
{
    uint8_t chunk[CHUNK_SIZE], digest[EVP_MAX_MD_SIZE];
    size_t length = CHUNK_SIZE;
    bool ok = context && EVP_DigestInit_ex2(context, EVP_sha256(), NULL) == 1;
    while (ok && length == CHUNK_SIZE) {
        TRY(read_chunk(fd, chunk, &length));
        ok = EVP_DigestUpdate(context, chunk, length) == 1;
    }
    if (!ok || EVP_DigestFinal_ex(context, digest, NULL) != 1)
        return crypto_failure("formstore", "hash a downloaded file");
    crypto_hex(digest, 32, out_sha256);
    return err_ok();
}

static struct err begin_work(struct store *store, void *context)
{
    struct put *put = context;
    put->complete = 0;
    TRY(store_number(store, "SELECT complete FROM medium WHERE sha256 = ?1",
                     STORE_BIND(store_text(put->sha256)), &put->complete));
    if (put->complete)
        return err_ok();
    /* what an interrupted pull left behind */
    TRY(store_run(store, "DELETE FROM medium_chunk WHERE sha256 = ?1", STORE_BIND(store_text(put->sha256))));
    return store_run(store, "INSERT OR REPLACE INTO medium(sha256, size, complete) VALUES(?1, 0, 0)",
                     STORE_BIND(store_text(put->sha256)));
}

static struct err chunk_work(struct store *store, void *context)
{
    const struct put *put = context;
    return store_run(
        store, "INSERT INTO medium_chunk(sha256, number, bytes) VALUES(?1, ?2, ?3)",
        STORE_BIND(store_text(put->sha256), store_int(put->number), store_blob(put->bytes, put->length)));
}

static struct err end_work(struct store *store, void *context)
{
    const struct put *put = context;
    return store_run(store, "UPDATE medium SET size = ?2, complete = 1 WHERE sha256 = ?1",
                     STORE_BIND(store_text(put->sha256), store_int(put->size)));
}

static struct err put_chunks(struct formstore *store, int fd, struct put *put)
{
    uint8_t chunk[CHUNK_SIZE];
    for (;;) {
        TRY(read_chunk(fd, chunk, &put->length));
        if (put->length == 0)
            break;
        put->bytes = chunk;
        TRY(store_write(store->store, chunk_work, put));
        put->size += (int64_t)put->length;
        put->number++;
    }
    return store_write(store->store, end_work, put);
}

static struct err put_file(struct formstore *store, int fd, char out_sha256[FORMSTORE_SHA256_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    char sha256[FORMSTORE_SHA256_SIZE];
    struct put put = {.sha256 = sha256};
    struct err e = hash_chunks(fd, context, sha256);
    EVP_MD_CTX_free(context);
    if (!err_is(&e))
        e = store_write(store->store, begin_work, &put);
    if (!err_is(&e) && !put.complete) {
        if (lseek(fd, 0, SEEK_SET) != 0)
            return err_errno("formstore", errno, "rewind a downloaded file");
        e = put_chunks(store, fd, &put);
    }
    if (!err_is(&e))
        memcpy(out_sha256, sha256, sizeof sha256);
    return e;
}

struct err formstore_put_medium(struct formstore *store, const char *path,
                                char out_sha256[FORMSTORE_SHA256_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno("formstore", errno, "open a downloaded file");
    struct err e = put_file(store, fd, out_sha256);
    close(fd);
    return e;
}

struct has {
    enum endpoint endpoint;
    const char *name;
    const char *hash;
    char *out_sha256;
    bool found;
};

static struct err take_sha256(void *context, const struct store_row *row)
{
    struct has *has = context;
    store_row_text(row, 0, has->out_sha256, FORMSTORE_SHA256_SIZE);
    return err_ok();
}

static struct err has_work(struct store *store, void *context)
{
    struct has *has = context;
    return store_one(store,
                     "SELECT m.sha256 FROM form_medium m JOIN form f ON f.id = m.form"
                     " WHERE m.name = ?2 AND m.hash = ?3 AND f.endpoint = ?1 LIMIT 1",
                     STORE_BIND(store_int(has->endpoint), store_text(has->name), store_text(has->hash)),
                     take_sha256, has, &has->found);
}

struct err formstore_has_medium(struct formstore *store, enum endpoint endpoint, const char *name,
                                const char *hash, char out_sha256[FORMSTORE_SHA256_SIZE], bool *out_found)
{
    struct has has = {.endpoint = endpoint, .name = name, .hash = hash, .out_sha256 = out_sha256};
    TRY(store_read(store->store, has_work, &has));
    *out_found = has.found;
    return err_ok();
}

static struct err content_work(struct store *store, void *context)
{
    struct put *put = context;
    put->complete = 0;
    return store_number(store, "SELECT complete FROM medium WHERE sha256 = ?1",
                        STORE_BIND(store_text(put->sha256)), &put->complete);
}

struct err formstore_has_content(struct formstore *store, const char *sha256, bool *out_found)
{
    struct put put = {.sha256 = sha256};
    TRY(store_read(store->store, content_work, &put));
    *out_found = put.complete != 0;
    return err_ok();
}
