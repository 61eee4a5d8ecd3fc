/*
 * The citizen's number: ten digits that can be read out over the telephone.
 *
 * Kiosk number (4 digits, unique in the fleet), sequence (5 digits, never used twice on a kiosk), and a check
 * digit after H. M. Damm (2004), which finds every single wrong digit and every swap of neighbours.
 */
#ifndef YIZHAN_OFFLINE_CASE_NUMBER_H
#define YIZHAN_OFFLINE_CASE_NUMBER_H

#include "board/base/err.h"

#define CASE_NUMBER_SIZE         11 /* ten digits and NUL */
#define CASE_NUMBER_GROUPED_SIZE 13 /* "0042 00017 3" and NUL */
#define CASE_NUMBER_KIOSK_MAX    9999
#define CASE_NUMBER_SEQUENCE_MAX 99999

/* kiosk 1..9999, sequence 1..99999, else ERR_REFUSED. */
MUST_USE struct err case_number_make(int kiosk, int sequence, char out_number[CASE_NUMBER_SIZE]);

/* What a person typed: blanks and hyphens are skipped, full-width digits are digits. ERR_USER when it is not
 * ten digits or the check digit is wrong. out_number is the bare form. */
MUST_USE struct err case_number_read(const char *typed, char out_number[CASE_NUMBER_SIZE]);

/* What stands in a number's place for what the kiosk writes of itself (health, ratings, visits), which nobody
 * asks after: "x" and the last nine digits of its instanceID, so that it uses up no citizen's number. Never
 * what case_number_read takes. */
void case_number_own(const char *instance_id, char out_number[CASE_NUMBER_SIZE]);
bool case_number_is_own(const char *number);

/* "0042 00017 3", and what case_number_own made as it is: how it is printed and shown. */
void case_number_group(const char number[CASE_NUMBER_SIZE], char out_text[CASE_NUMBER_GROUPED_SIZE]);

#endif
