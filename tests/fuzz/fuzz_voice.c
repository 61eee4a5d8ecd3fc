/* Any text a form may show, said in words; any file that calls itself a clip. */
#include "board/base/utf8.h"
#include "drivers/voice/voice_words.h"
#include "drivers/voice/wav.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void say(enum voice_tongue tongue, const char *text)
{
    struct buf words = {0};

    voice_words_expand(tongue, text, &words);
    assert(!words.failed);
    if (utf8_valid(text, strlen(text)))
        assert(utf8_valid(buf_text(&words), words.length));
    buf_finish(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wav_format format;
    size_t at;
    char *text = malloc(size + 1);

    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    say(VOICE_ZH, text);
    say(VOICE_EN, text);
    free(text);
    if (wav_head(data, size, &format, &at) == WAV_OK)
        assert(at <= size && format.rate_hz > 0);
    return 0;
}
