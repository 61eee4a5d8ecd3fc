#include "drivers/idcard/check.h"
#include "drivers/idcard/text.h"
#include <stdio.h>
#include <string.h>

#define NUMBER_LENGTH 18
#define BIRTH_AT      6
#define SEX_AT        16

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool idcard_date_parse(const char *text, int *out_year, int *out_month, int *out_day)
{
    int year, month, day, used = 0;
    if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 ||
        sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != 10)
        return false;
    if (year < 1800 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    *out_year = year;
    *out_month = month;
    *out_day = day;
    return true;
}

static bool is_date(const char *text)
{
    int year, month, day;
    return idcard_date_parse(text, &year, &month, &day);
}

bool idcard_number_valid(const char *number)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (strlen(number) != NUMBER_LENGTH || strspn(number, "0123456789") < NUMBER_LENGTH - 1)
        return false;
    int sum = 0;
    for (int i = 0; i < NUMBER_LENGTH - 1; i++)
        sum += (number[i] - '0') * weights[i];
    return number[NUMBER_LENGTH - 1] == "10X98765432"[sum % 11];
}

static bool birth_agrees(const struct idcard *card)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%.4s%.2s%.2s", card->birth, card->birth + 5, card->birth + 8);
    return strncmp(card->id_number + BIRTH_AT, digits, 8) == 0;
}

static bool sex_agrees(const struct idcard *card)
{
    const char *expected = (card->id_number[SEX_AT] - '0') % 2 ? "男" : "女";
    bool unsaid = strcmp(card->sex, "未说明") == 0 || strcmp(card->sex, "未知") == 0;
    return unsaid || strcmp(card->sex, expected) == 0;
}

static bool validity_makes_sense(const struct idcard *card)
{
    if (!is_date(card->valid_from))
        return false;
    if (strcmp(card->valid_to, "长期") == 0)
        return true;
    return is_date(card->valid_to) && strcmp(card->valid_from, card->valid_to) < 0;
}

uint32_t idcard_doubts(const struct idcard *card)
{
    uint32_t doubts = 0;
    bool dated = is_date(card->birth);
    if (!dated)
        doubts |= IDCARD_DOUBT_BIRTH;
    if (!validity_makes_sense(card))
        doubts |= IDCARD_DOUBT_VALIDITY;
    if (card->type == IDCARD_FOREIGNER_2017) /* its number has 15 characters and says neither */
        return doubts;
    if (!idcard_number_valid(card->id_number))
        return doubts | IDCARD_DOUBT_CHECK_DIGIT;
    if (dated && !birth_agrees(card))
        doubts |= IDCARD_DOUBT_BIRTH;
    if (!sex_agrees(card))
        doubts |= IDCARD_DOUBT_SEX;
    return doubts;
}
