#include "drivers/idcard/text.h"
#include "board/base/utf8.h"
#include "board/base/wipe.h"
#include "drivers/idcard/check.h"
#include <stdio.h>
#include <string.h>

#define TYPE_OFFSET 248
#define BLANK       ' '

/* How a field's text turns into ours. */
enum reading { READ_TEXT, READ_DATE, READ_SEX, READ_NATION };

struct field {
    uint16_t offset, length; /* bytes in the block */
    enum reading reading;
    uint16_t at, size; /* in struct idcard */
};

#define FIELD(offset_, length_, reading_, member)                                                            \
    {                                                                                                        \
        .offset = (offset_), .length = (length_), .reading = (reading_),                                     \
        .at = offsetof(struct idcard, member), .size = sizeof(((struct idcard *)0)->member)                  \
    }
#define FIELD_END                                                                                            \
    {                                                                                                        \
        .length = 0                                                                                          \
    }

static const struct field resident[] = {
    FIELD(0, 30, READ_TEXT, name),       FIELD(30, 2, READ_SEX, sex),
    FIELD(32, 4, READ_NATION, nation),   FIELD(36, 16, READ_DATE, birth),
    FIELD(52, 70, READ_TEXT, address),   FIELD(122, 36, READ_TEXT, id_number),
    FIELD(158, 30, READ_TEXT, issuer),   FIELD(188, 16, READ_DATE, valid_from),
    FIELD(204, 16, READ_DATE, valid_to), FIELD_END,
};

static const struct field permit[] = {
    FIELD(0, 30, READ_TEXT, name),
    FIELD(30, 2, READ_SEX, sex),
    FIELD(36, 16, READ_DATE, birth),
    FIELD(52, 70, READ_TEXT, address),
    FIELD(122, 36, READ_TEXT, id_number),
    FIELD(158, 30, READ_TEXT, issuer),
    FIELD(188, 16, READ_DATE, valid_from),
    FIELD(204, 16, READ_DATE, valid_to),
    FIELD(220, 18, READ_TEXT, pass_number),
    FIELD(238, 4, READ_TEXT, issue_count),
    FIELD_END,
};

static const struct field foreigner[] = {
    FIELD(0, 120, READ_TEXT, name),       FIELD(120, 2, READ_SEX, sex),
    FIELD(122, 30, READ_TEXT, id_number), FIELD(152, 6, READ_TEXT, nation),
    FIELD(158, 30, READ_TEXT, name_zh),   FIELD(188, 16, READ_DATE, valid_from),
    FIELD(204, 16, READ_DATE, valid_to),  FIELD(220, 16, READ_DATE, birth),
    FIELD(240, 8, READ_TEXT, issuer),     FIELD_END,
};

static const struct layout {
    uint16_t letter;
    enum idcard_type type;
    const struct field *fields;
} layouts[] = {
    {BLANK, IDCARD_RESIDENT, resident},
    {0, IDCARD_RESIDENT, resident},
    {'J', IDCARD_HMT_PERMIT, permit},
    {'I', IDCARD_FOREIGNER_2017, foreigner},
};
#define LAYOUT_COUNT (sizeof layouts / sizeof layouts[0])

static const char *const nations[] = {
    "汉",     "蒙古",   "回",       "藏",     "维吾尔", "苗",   "彝",     "壮",   "布依",     "朝鲜",
    "满",     "侗",     "瑶",       "白",     "土家",   "哈尼", "哈萨克", "傣",   "黎",       "傈僳",
    "佤",     "畲",     "高山",     "拉祜",   "水",     "东乡", "纳西",   "景颇", "柯尔克孜", "土",
    "达斡尔", "仫佬",   "羌",       "布朗",   "撒拉",   "毛南", "仡佬",   "锡伯", "阿昌",     "普米",
    "塔吉克", "怒",     "乌孜别克", "俄罗斯", "鄂温克", "德昂", "保安",   "裕固", "京",       "塔塔尔",
    "独龙",   "鄂伦春", "赫哲",     "门巴",   "珞巴",   "基诺"};
#define NATION_COUNT ((int)(sizeof nations / sizeof nations[0]))

static const struct {
    char code;
    const char *name;
} sexes[] = {{'1', "男"}, {'2', "女"}, {'9', "未说明"}, {'0', "未知"}};
#define SEX_COUNT (sizeof sexes / sizeof sexes[0])

const char *idcard_nation_name(int code)
{
    if (code >= 1 && code <= NATION_COUNT)
        return nations[code - 1];
    if (code == 97)
        return "其他";
    return code == 98 ? "外国血统中国籍人士" : NULL;
}

/* --- UTF-16LE to UTF-8 ---------------------------------------------------------------------------------- */

static uint32_t unit_at(const uint8_t *text, size_t at)
{
    return (uint32_t)(text[at] | text[at + 1] << 8);
}

/* Reads one code point; halves of pairs, controls and non-characters, which no XML can carry, become U+FFFD.
 */
static uint32_t next_code_point(const uint8_t *text, size_t size, size_t *at)
{
    uint32_t unit = unit_at(text, *at);
    *at += 2;
    if (unit >= 0xD800 && unit < 0xDC00 && *at + 2 <= size) {
        uint32_t low = unit_at(text, *at);
        if (low >= 0xDC00 && low < 0xE000) {
            *at += 2;
            return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }
    }
    bool odd = (unit >= 0xD800 && unit < 0xE000) || unit < 0x20 || unit >= 0xFFFE;
    return odd ? 0xFFFD : unit;
}

static void trim_end(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == BLANK)
        text[--length] = '\0';
}

static void decode_utf16(const uint8_t *text, size_t size, char *out, size_t out_size)
{
    size_t used = 0;
    for (size_t at = 0; at + 2 <= size && unit_at(text, at) != 0;) {
        char bytes[4];
        size_t count = utf8_put(next_code_point(text, size, &at), bytes);
        if (used + count >= out_size)
            break;
        memcpy(out + used, bytes, count);
        used += count;
    }
    out[used] = '\0';
    trim_end(out);
}

/* --- readings ------------------------------------------------------------------------------------------- */

/* 20100501 -> 2010-05-01; anything else ("长期") stays. */
static void read_date(char *text, size_t size)
{
    char date[12];
    if (strlen(text) != 8 || strspn(text, "0123456789") != 8)
        return;
    snprintf(date, sizeof date, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    snprintf(text, size, "%s", date);
}

static void read_sex(char *text, size_t size)
{
    for (size_t i = 0; i < SEX_COUNT; i++)
        if (text[0] == sexes[i].code && !text[1]) {
            snprintf(text, size, "%s", sexes[i].name);
            return;
        }
}

static void read_nation(char *text, size_t size)
{
    bool number = strlen(text) == 2 && strspn(text, "0123456789") == 2;
    const char *name = number ? idcard_nation_name((text[0] - '0') * 10 + (text[1] - '0')) : NULL;
    if (name)
        snprintf(text, size, "%s", name);
}

static void read_field(const uint8_t *block, const struct field *field, struct idcard *card)
{
    char *text = (char *)card + field->at;
    decode_utf16(block + field->offset, field->length, text, field->size);
    if (field->reading == READ_DATE)
        read_date(text, field->size);
    else if (field->reading == READ_SEX)
        read_sex(text, field->size);
    else if (field->reading == READ_NATION)
        read_nation(text, field->size);
}

struct err idcard_text_decode(const uint8_t text[IDCARD_TEXT_SIZE], struct idcard *out_card)
{
    uint32_t letter = unit_at(text, TYPE_OFFSET);
    size_t i = 0;
    while (i < LAYOUT_COUNT && layouts[i].letter != letter)
        i++;
    if (i == LAYOUT_COUNT)
        return err_make(ERR_USER, "idcard", IDCARD_UNSUPPORTED,
                        "a kind of card with unknown layout, letter %04X", letter);
    out_card->type = layouts[i].type;
    for (const struct field *field = layouts[i].fields; field->length; field++)
        read_field(text, field, out_card);
    if (!out_card->name_zh[0] && out_card->type != IDCARD_FOREIGNER_2017)
        memcpy(out_card->name_zh, out_card->name, sizeof out_card->name_zh - 1);
    out_card->doubts = idcard_doubts(out_card);
    return err_ok();
}

void idcard_text_set_address(struct idcard *card, const uint8_t *text, size_t size)
{
    char address[sizeof card->address] = "";
    decode_utf16(text, size < IDCARD_ADDRESS_SIZE ? size : IDCARD_ADDRESS_SIZE, address, sizeof address);
    if (address[0])
        memcpy(card->address, address, sizeof address);
    wipe(address, sizeof address);
}

/* --- the inverse ---------------------------------------------------------------------------------------- */

static void put_unit(uint8_t *block, const struct field *field, size_t *used, uint32_t unit)
{
    block[field->offset + *used] = (uint8_t)unit;
    block[field->offset + *used + 1] = (uint8_t)(unit >> 8);
    *used += 2;
}

static void encode_utf16(const char *text, const struct field *field, uint8_t *block)
{
    const char *end = text + strlen(text);
    size_t used = 0;
    while (text < end) {
        uint32_t c = utf8_next(&text, end);
        size_t need = c >= 0x10000 ? 4 : 2;
        if (used + need > field->length)
            return;
        if (c >= 0x10000) {
            put_unit(block, field, &used, 0xD800 + ((c - 0x10000) >> 10));
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        put_unit(block, field, &used, c);
    }
}

static void write_date(const char *text, char out[28])
{
    if (strlen(text) == 10 && text[4] == '-' && text[7] == '-')
        snprintf(out, 28, "%.4s%.2s%.2s", text, text + 5, text + 8);
    else
        snprintf(out, 28, "%s", text);
}

static void write_coded(const char *text, enum reading reading, char out[28])
{
    snprintf(out, 28, "%.27s", text);
    for (size_t i = 0; reading == READ_SEX && i < SEX_COUNT; i++)
        if (strcmp(text, sexes[i].name) == 0)
            snprintf(out, 28, "%c", sexes[i].code);
    for (int code = 1; reading == READ_NATION && code <= 98; code++) {
        const char *name = idcard_nation_name(code);
        if (name && strcmp(text, name) == 0)
            snprintf(out, 28, "%02d", code);
    }
}

static void write_field(const struct idcard *card, const struct field *field, uint8_t *block)
{
    const char *text = (const char *)card + field->at;
    char coded[28];
    if (field->reading == READ_TEXT) {
        encode_utf16(text, field, block);
        return;
    }
    if (field->reading == READ_DATE)
        write_date(text, coded);
    else
        write_coded(text, field->reading, coded);
    encode_utf16(coded, field, block);
}

void idcard_text_encode(const struct idcard *card, uint8_t out_text[IDCARD_TEXT_SIZE])
{
    for (size_t at = 0; at < IDCARD_TEXT_SIZE; at += 2) {
        out_text[at] = BLANK;
        out_text[at + 1] = 0;
    }
    size_t i = 0;
    while (layouts[i].type != card->type)
        i++;
    for (const struct field *field = layouts[i].fields; field->length; field++)
        write_field(card, field, out_text);
    out_text[TYPE_OFFSET] = (uint8_t)layouts[i].letter;
}
