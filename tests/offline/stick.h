/* A courier's stick in a story: a folder of it, on its way between the kiosk, an office and back. */
#ifndef YIZHAN_TESTS_OFFLINE_STICK_H
#define YIZHAN_TESTS_OFFLINE_STICK_H

#include "offline/courier_internal.h"
#include "tests/offline/story.h"

/* Where it is plugged in; made when it is not there. */
void stick_dir(const struct story *story, char out_path[96]);

/* Saves applications with a photo of 90 kB each. */
void stick_save(struct story *story, int count, char numbers[][CASE_NUMBER_SIZE]);

/* By the story's kiosk, number 17. */
struct courier_counts stick_export(struct story *story);
/* By the office that the kiosk pins, or by another of that name. */
struct courier_counts stick_upload(struct story *story);
struct courier_counts stick_upload_by(struct story *story, const char *office);
/* By the story's kiosk; or by one of another number, or that pins no office. */
struct courier_counts stick_import(struct story *story);
struct courier_counts stick_import_as(struct story *story, int kiosk_number, int offices);

/* Somebody's key, made at first: "office" is the one that the kiosk pins. */
struct device_key *stick_key(const struct story *story, const char *name);

/* The folder of batches; the one batch in it, or something in that ("" for itself); an application's folder
 * in that, or a file in it. */
void stick_batches(const struct story *story, char out_path[160]);
void stick_batch(struct story *story, const char *name, char out_path[300]);
void stick_application(struct story *story, const char *number, const char *name, char out_path[300]);

/* Changes one byte. */
void stick_damage(const char *path, long at);

#endif
