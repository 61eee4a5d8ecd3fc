#include "offline/sync_download.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char MODULE[] = "sync";

struct err sync_get(struct sync *sync, struct sync_outcome *outcome, const struct openrosa_fetch *fetch,
                    struct http_response *response)
{
    struct openrosa_answer answer;
    TRY(openrosa_get(&sync->client, fetch, response, &answer));
    sync_note(sync, response, &answer, outcome);
    return err_ok();
}

/* ---- hashes ---- */

static void md5_text(EVP_MD_CTX *md5, char out_md5[SYNC_MD5_SIZE])
{
    unsigned char digest[16] = {0};
    EVP_DigestFinal_ex(md5, digest, NULL);
    memcpy(out_md5, "md5:", 4);
    for (int i = 0; i < 16; i++)
        snprintf(out_md5 + 4 + 2 * i, 3, "%02x", digest[i]);
}

void sync_md5(const char *bytes, size_t size, char out_md5[SYNC_MD5_SIZE])
{
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    out_md5[0] = '\0';
    if (md5 && EVP_DigestInit_ex(md5, EVP_md5(), NULL) == 1 && EVP_DigestUpdate(md5, bytes, size) == 1)
        md5_text(md5, out_md5);
    EVP_MD_CTX_free(md5);
}

bool sync_hash_fits(const char *hash, const char *md5)
{
    return strncmp(hash, "md5:", 4) != 0 || strcasecmp(hash, md5) == 0;
}

/* ---- to a file ---- */

struct download {
    FILE *file;
    EVP_MD_CTX *md5;
};

static struct err on_piece(void *context, const void *data, size_t size)
{
    struct download *download = context;
    if (fwrite(data, 1, size, download->file) != size)
        return err_errno(MODULE, errno, "write a download");
    if (EVP_DigestUpdate(download->md5, data, size) != 1)
        return err_no_memory(MODULE);
    return err_ok();
}

static struct err open_download(struct download *download, const char *path)
{
    download->file = fopen(path, "wb");
    if (!download->file)
        return err_errno(MODULE, errno, "open a download");
    download->md5 = EVP_MD_CTX_new();
    if (!download->md5 || EVP_DigestInit_ex(download->md5, EVP_md5(), NULL) != 1)
        return err_no_memory(MODULE);
    return err_ok();
}

struct err sync_download(struct sync *sync, struct sync_outcome *outcome, const struct openrosa_fetch *fetch,
                         const char *path, char out_md5[SYNC_MD5_SIZE])
{
    struct download download = {.file = NULL};
    struct openrosa_fetch to_file = *fetch;
    struct http_response response;

    to_file.sink = on_piece;
    to_file.sink_context = &download;
    http_response_init(&response);
    struct err e = open_download(&download, path);
    if (!err_is(&e))
        e = sync_get(sync, outcome, &to_file, &response);
    if (download.file && fclose(download.file) != 0 && !err_is(&e))
        e = err_errno(MODULE, errno, "write a download");
    if (!err_is(&e))
        md5_text(download.md5, out_md5);
    http_response_finish(&response);
    EVP_MD_CTX_free(download.md5);
    return e;
}
