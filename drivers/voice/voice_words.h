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
 *   11 digits of a mobile, 0xxx-xxxxxxx  digit by digit; 3-4-4
 *   请打 110, 12345热线                  digit by digit
 *   4827 00001 0, 1101 **** **** 002X    digit by digit, a pause between groups and for what is hidden
 *   2026-11-22, 2026年11月22日, 22 November 2026, 20261122 (when a valid date)   as a date
 *   ¥12.50, 12.50元, 12.50 yuan          as money
 *   14:30, 14点                          as a time: "下午两点半", "two thirty in the afternoon"
 *   50%                                  as a percentage
 *   1-3, 8:30-17:30                      from one to the other
 *   up to 9 digits, decimals, 0.3.1      as a number; leading zeros or longer: digit by digit
 * Digit by digit 1 is 幺 in Chinese, as people quote numbers; where it counts, in years and decimals it is
 * 一. Full-width digits count as digits. */
void voice_words_expand(enum voice_tongue tongue, const char *text, struct buf *out_words);

/* 0 .. 999,999,999,999: "一百零五", "one hundred and five". */
void voice_words_number(enum voice_tongue tongue, int64_t number, struct buf *out_words);
/* Digit by digit, as a number is quoted. Characters other than digits and X make a pause. */
void voice_words_digits(enum voice_tongue tongue, const char *digits, size_t length, struct buf *out_words);
/* Digit by digit behind a point, and of a year. Digits only. */
void voice_words_plain_digits(enum voice_tongue tongue, const char *digits, size_t length,
                              struct buf *out_words);
/* In English year, day, or both may be 0: not said. */
void voice_words_date(enum voice_tongue tongue, int year, int month, int day, struct buf *out_words);
/* fen: hundredths of a yuan, >= 0. "十二元五角", "twelve yuan and fifty fen". */
void voice_words_money(enum voice_tongue tongue, int64_t fen, struct buf *out_words);

#endif
