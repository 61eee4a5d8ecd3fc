#include "ui/pinyin.h"

#include "board/base/utf8.h"

#include <stdint.h>
#include <string.h>

/* From googlepinyin/pinyinime.h (Apache-2.0); char16 is uint16_t there. */
bool im_open_decoder(const char *system_dictionary, const char *user_dictionary);
void im_close_decoder(void);
void im_set_max_lens(size_t max_spelling_bytes, size_t max_characters);
size_t im_search(const char *spelling, size_t length);
void im_reset_search(void);
uint16_t *im_get_candidate(size_t index, uint16_t *out_text, size_t max);
size_t im_choose(size_t index);
size_t im_get_fixed_len(void);
size_t im_cancel_last_choice(void);
/* Declared with a reference in C++, which is a pointer to the compiler. */
size_t im_get_spl_start_pos(const uint16_t **out_starts);

enum { SPELLING_MAX = 40, CHARACTERS_MAX = 10 };

struct err pinyin_open(const char *dictionary)
{
    if (!im_open_decoder(dictionary, ""))
        return err_make(ERR_SYSTEM, "pinyin", 0, "cannot open %s", dictionary);
    im_set_max_lens(SPELLING_MAX, CHARACTERS_MAX);
    return err_ok();
}

void pinyin_close(void)
{
    im_close_decoder();
}

/* The decoder's texts are UTF-16 of the basic plane. */
static void to_utf8(const uint16_t *text, char out_word[PINYIN_WORD_BYTES_MAX])
{
    size_t length = 0;
    for (; *text && length + 4 < PINYIN_WORD_BYTES_MAX; text++)
        length += utf8_put(*text, out_word + length);
    out_word[length] = '\0';
}

size_t pinyin_find(const char *letters, char (*out_words)[PINYIN_WORD_BYTES_MAX], size_t max)
{
    uint16_t word[CHARACTERS_MAX + 1];
    im_reset_search();
    if (*letters == '\0')
        return 0;
    size_t found = im_search(letters, strlen(letters)), count = 0;
    for (; count < found && count < max; count++) {
        if (!im_get_candidate(count, word, CHARACTERS_MAX + 1))
            break;
        to_utf8(word, out_words[count]);
    }
    return count;
}

size_t pinyin_letters_of(size_t index)
{
    const uint16_t *starts = NULL;
    im_choose(index);
    size_t fixed = im_get_fixed_len(), syllables = im_get_spl_start_pos(&starts);
    size_t letters = starts && fixed <= syllables ? starts[fixed] : 0;
    im_reset_search();
    return letters;
}

void pinyin_forget(void)
{
    im_reset_search();
}
