/* yizhanctl rescue DISK: what a dead box still holds, and onto a stick with it. Runs at any machine. */
#include "offline/rescue.h"
#include "app/ctl/command.h"
#include "app/ctl/options.h"
#include "app/ctl/stores.h"
#include <stdio.h>
#include <stdlib.h>

struct job {
    const char *disk, *stick, *key_dir;
    bool json;
    int kiosk_number;
    struct rescue_count held;
    struct courier_counts exported;
};

static bool read_options(struct job *job, int argc, char **argv)
{
    const struct option_place places[] = {{"to", .value = &job->stick},
                                          {"key", .value = &job->key_dir},
                                          {"json", .given = &job->json},
                                          {.name = NULL}};
    return options_read(argc, argv, places, &job->disk, 1) && job->disk && !job->stick == !job->key_dir;
}

static struct err export(struct job *job, struct rescue *rescue)
{
    struct device_key *key = NULL;
    if (!job->stick)
        return err_ok();
    TRY(device_key_open(job->key_dir, &key));
    struct err e = rescue_export(rescue, key, job->stick, NULL, &job->exported);
    device_key_close(&key);
    return e;
}

static struct err work(struct job *job)
{
    const char *temporary = getenv("TMPDIR");
    struct rescue *rescue = NULL;

    TRY(rescue_open(job->disk, temporary ? temporary : "/var/tmp", clock_system(), &rescue));
    job->kiosk_number = rescue_kiosk_number(rescue);
    struct err e = rescue_count(rescue, NULL, &job->held);
    if (!err_is(&e))
        e = export(job, rescue);
    rescue_close(&rescue);
    return e;
}

static void report(const struct job *job)
{
    if (job->json) {
        json_t *object = json_pack("{s:b, s:i, s:I, s:I, s:i}", "ok", 1, "kiosk", job->kiosk_number,
                                   "waiting", (json_int_t)job->held.waiting, "bytes",
                                   (json_int_t)job->held.bytes, "exported", job->exported.applications);
        json_dumpf(object, stdout, JSON_COMPACT);
        puts("");
        json_decref(object);
        return;
    }
    printf("kiosk %04d: %lld applications that the platform has not acknowledged, %lld sealed bytes\n",
           job->kiosk_number, (long long)job->held.waiting, (long long)job->held.bytes);
    if (job->stick)
        printf("%d are on the stick: send them with yizhanctl courier upload\n", job->exported.applications);
}

int command_rescue(int argc, char **argv)
{
    struct job job = {0};
    struct stores none = {0};

    if (!read_options(&job, argc, argv))
        return COMMAND_USAGE;
    struct err e = work(&job);
    none.json = job.json;
    if (err_is(&e))
        return stores_fail(&none, &e);
    report(&job);
    return 0;
}
