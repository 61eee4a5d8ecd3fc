/* The one XML reader of offline/: whatever a platform, or who plays one, sends as list, manifest or answer.
 */
#include "offline/openrosa.h"
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What callers rely on without looking again. */
static void check_forms(const struct openrosa_form *forms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!*forms[i].id || !*forms[i].hash || !*forms[i].download_url || !forms[i].name ||
            !forms[i].version || !forms[i].manifest_url)
            abort();
    }
}

static void check_media(const struct openrosa_media *media, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!*media[i].filename || strchr(media[i].filename, '/') || strcmp(media[i].filename, "..") == 0 ||
            !media[i].type)
            abort();
    }
}

static void check_urls(const struct openrosa_form *forms, size_t count)
{
    struct openrosa client;
    char url[HTTP_URL_MAX];
    struct err e = openrosa_init(&client, NULL, NULL, "https://own.example/base");
    for (size_t i = 0; i < count && !err_is(&e); i++) {
        struct err refused = openrosa_own_url(&client, forms[i].download_url, url);
        if (!err_is(&refused) && strncmp(url, "https://own.example/", 20) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create(ARENA_PLAIN, 64 << 20);
    struct openrosa_form *forms = NULL;
    struct openrosa_media *media = NULL;
    size_t count = 0;
    char message[64];

    if (!arena)
        return 0;
    struct err e = openrosa_read_forms((const char *)data, size, arena, &forms, &count);
    if (!err_is(&e)) {
        check_forms(forms, count);
        check_urls(forms, count);
    }
    e = openrosa_read_manifest((const char *)data, size, arena, &media, &count);
    if (!err_is(&e))
        check_media(media, count);
    openrosa_read_response((const char *)data, size, message, sizeof message);
    arena_destroy(&arena);
    return 0;
}
