#include "drivers/idcard/photo.h"
#include "board/base/wipe.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

struct idcard_decoder {
    void *library;
    int (*decode)(const uint8_t *wlt, uint8_t *out_rgb);
};

struct err idcard_decoder_create(const char *path, struct idcard_decoder **out_decoder)
{
    if (path[0] != '/')
        return err_make(ERR_DATA, "idcard", 0, "portrait decoder: %s is no absolute path", path);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_make(ERR_DATA, "idcard", 0, "portrait decoder: %s", dlerror());
    void *symbol = dlsym(library, "yizhan_wlt_decode");
    struct idcard_decoder *decoder = symbol ? calloc(1, sizeof *decoder) : NULL;
    if (!decoder) {
        dlclose(library);
        return symbol
                   ? err_no_memory("idcard")
                   : err_make(ERR_DATA, "idcard", 0, "portrait decoder: %s has no yizhan_wlt_decode", path);
    }
    decoder->library = library;
    memcpy(&decoder->decode, &symbol, sizeof symbol); /* POSIX dlsym(3): the one way without a cast */
    *out_decoder = decoder;
    return err_ok();
}

void idcard_decoder_destroy(struct idcard_decoder **decoder)
{
    if (!*decoder)
        return;
    dlclose((*decoder)->library);
    free(*decoder);
    *decoder = NULL;
}

struct err idcard_decode_portrait(const struct idcard_decoder *decoder, const struct idcard *card,
                                  uint8_t out_rgb[IDCARD_PORTRAIT_SIZE])
{
    if (card->photo_size != IDCARD_PHOTO_SIZE)
        return err_make(ERR_DATA, "idcard", 0, "the card gave no portrait");
    uint8_t *rgb = private_alloc(IDCARD_PORTRAIT_SIZE);
    if (!rgb)
        return err_no_memory("idcard");
    int refused = decoder->decode(card->photo, rgb);
    if (!refused)
        memcpy(out_rgb, rgb, IDCARD_PORTRAIT_SIZE);
    private_free(rgb, IDCARD_PORTRAIT_SIZE);
    return refused ? err_make(ERR_DATA, "idcard", refused, "the decoder refuses the portrait") : err_ok();
}
