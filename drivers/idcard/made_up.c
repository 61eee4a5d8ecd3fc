#include "drivers/idcard/made_up.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"
#include "drivers/idcard/check.h"
#include <stdio.h>
#include <string.h>

#define LETTER_AT 248
#define RARE      0x24942 /* 𤥂: beyond the basic plane, as rare names are */
#define CHECK_AT  17
#define BIRTH_AT  6
#define SEX_AT    16

/* One character of the same kind. */
static uint32_t stand_in(uint32_t c, int number)
{
    static const uint16_t han[] = {0x738B, 0x79C0, 0x5170, 0x6D4B,
                                   0x8BD5, 0x6837, 0x672C}; /* 王秀兰测试样本 */
    if (c >= '0' && c <= '9')
        return '1';
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
        return 'A' + (uint32_t)number % 26;
    if (c < 0x80 || c == 0xB7) /* blanks, commas, the dot in long names */
        return c;
    return c >= 0x10000 ? RARE : han[(size_t)number % (sizeof han / sizeof han[0])];
}

static void make_up_text(char *text, size_t room)
{
    char made[192];
    const char *at = text, *end = text + strlen(text);
    size_t used = 0;
    for (int number = 0; at < end && used + 4 < sizeof made; number++)
        used += utf8_put(stand_in(utf8_next(&at, end), number), made + used);
    made[used] = '\0';
    snprintf(text, room, "%s", made);
}

/* The first of January of that ten years: old people stay old. */
static bool make_up_date(char *date, size_t room)
{
    int year, month, day;
    if (!idcard_date_parse(date, &year, &month, &day))
        return false;
    snprintf(date, room, "%04d-01-01", year / 10 * 10);
    return true;
}

static void make_up_validity(struct idcard *card)
{
    int from, to, month, day;
    bool dated = idcard_date_parse(card->valid_from, &from, &month, &day);
    bool ends = idcard_date_parse(card->valid_to, &to, &month, &day);
    if (dated && ends)
        snprintf(card->valid_to, sizeof card->valid_to, "%04d-01-01", from / 10 * 10 + (to - from));
    if (dated)
        make_up_date(card->valid_from, sizeof card->valid_from);
}

static void set_check_digit(char *number, bool valid)
{
    for (const char *digit = "0123456789X"; *digit; digit++) {
        number[CHECK_AT] = *digit;
        if (idcard_number_valid(number) == valid)
            return;
    }
}

/* There is no region 99: such a number is nobody's. The regions of permits say where from, and stay. */
static void make_up_number(struct idcard *card, bool was_valid)
{
    char made[20];
    bool permit = strncmp(card->id_number, "81", 2) == 0 || strncmp(card->id_number, "82", 2) == 0 ||
                  strncmp(card->id_number, "83", 2) == 0;
    bool woman = (card->id_number[SEX_AT] - '0') % 2 == 0;
    snprintf(made, sizeof made, "%.6s%.4s%.2s%.2s00%c0", permit ? card->id_number : "990123", card->birth,
             card->birth + 5, card->birth + 8, woman ? '2' : '1');
    set_check_digit(made, was_valid);
    memcpy(card->id_number, made, CHECK_AT + 2);
}

static void make_up_card(struct idcard *card)
{
    uint32_t doubts = card->doubts;
    bool dated = make_up_date(card->birth, sizeof card->birth);
    bool ordinary = strlen(card->id_number) == CHECK_AT + 1 && dated && !(doubts & IDCARD_DOUBT_BIRTH);
    make_up_text(card->name, sizeof card->name);
    make_up_text(card->name_zh, sizeof card->name_zh);
    make_up_text(card->address, sizeof card->address);
    make_up_text(card->issuer, sizeof card->issuer);
    make_up_text(card->pass_number, sizeof card->pass_number);
    if (card->type == IDCARD_RESIDENT && idcard_nation_name(1) && card->nation[0])
        snprintf(card->nation, sizeof card->nation, "%s", idcard_nation_name(1));
    else
        make_up_text(card->nation, sizeof card->nation);
    make_up_validity(card);
    if (!dated)
        make_up_text(card->birth, sizeof card->birth);
    if (ordinary)
        make_up_number(card, !(doubts & IDCARD_DOUBT_CHECK_DIGIT));
    else
        make_up_text(card->id_number, sizeof card->id_number);
}

/* Every place that is filled, but the letter, becomes a 0. */
static void blank_unknown(uint8_t text[IDCARD_TEXT_SIZE])
{
    for (size_t at = 0; at < IDCARD_TEXT_SIZE; at += 2) {
        bool filled = text[at + 1] != 0 || (text[at] != ' ' && text[at] != 0);
        if (!filled || at == LETTER_AT)
            continue;
        text[at] = '0';
        text[at + 1] = 0;
    }
}

void idcard_make_up(uint8_t text[IDCARD_TEXT_SIZE])
{
    struct idcard card = {0};
    struct err e = idcard_text_decode(text, &card);
    if (err_is(&e)) {
        blank_unknown(text);
    } else {
        make_up_card(&card);
        idcard_text_encode(&card, text);
    }
    wipe(&card, sizeof card);
}

void idcard_make_up_address(uint8_t *text, size_t size)
{
    for (size_t at = 0; at + 2 <= size; at += 2) {
        uint32_t made = stand_in((uint32_t)(text[at] | text[at + 1] << 8), (int)(at / 2));
        text[at] = (uint8_t)made;
        text[at + 1] = (uint8_t)(made >> 8);
    }
    if (size % 2)
        text[size - 1] = 0;
}
