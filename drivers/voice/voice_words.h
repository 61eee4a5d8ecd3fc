/*
 * Numbers as people say them, in Chinese and English, from the very text the screen shows.
 *
 * "身份证号 110105194912310021，2026-11-22 前交 12.50 元" is read digit by digit, as a date, as money. Pure.
 * Languages other than zh and en are left as they are.
 */
#ifndef YIZHAN_VOICE_WORDS_H
#define YIZHAN_VOICE_WORDS_H

#include "board/base/buf.h"

enum voice_tongue { VOICE_ZH, VOICE_EN, VOICE_OTHER };

/* From a BCP 47 tag: "zh-CN" -> VOICE_ZH. */
enum voice_tongue voice_tongue(const char *lang);

/* Appends text to out_words with everything that is written in digits spelled out:
 *   18 characters of a citizen number    digit by digit in groups of 6, 8, 4; X is 叉 in Chinese
 *   11 digits of a mobile, 0xxx-xxxxxxx  digit by digit, 1 as 幺; 3-4-4
 *   4827 00001 0, 1101 **** **** 002X    digit by digit, a pause between groups and for what is hidden
 *   2026-11-22, 2026年11月22日, 22 November 2026, 20261122 (when a valid date)   as a date
 *   ¥12.50, 12.50元, 12.50 yuan          as money
 *   12:30                                as a time
 *   50%                                  as a percentage
 *   up to 9 digits, decimals             as a number; leading zeros or longer: digit by digit
 * Full-width digits count as digits. */
void voice_words_expand(enum voice_tongue tongue, const char *text, struct buf *out_words);

/* 0 .. 999,999,999,999: "一百零五", "one hundred and five". */
void voice_words_number(enum voice_tongue tongue, int64_t number, struct buf *out_words);
/* Digit by digit; telephone says 1 as 幺. Characters other than digits and X make a pause. */
void voice_words_digits(enum voice_tongue tongue, const char *digits, size_t length, bool telephone,
                        struct buf *out_words);
void voice_words_date(enum voice_tongue tongue, int year, int month, int day, struct buf *out_words);
/* fen: hundredths of a yuan, >= 0. "十二元五角", "twelve yuan and fifty fen". */
void voice_words_money(enum voice_tongue tongue, int64_t fen, struct buf *out_words);

#endif
