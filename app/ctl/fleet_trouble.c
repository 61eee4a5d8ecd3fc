#include "app/ctl/fleet_trouble.h"

#include <string.h>

/* ---- what no single word says ---- */

static bool is_older(int64_t then_ms, int64_t now_ms, int days)
{
    return then_ms > 0 && now_ms - then_ms > days * FLEET_DAY_MS;
}

#define RULE(name) static bool name(const struct fleet_kiosk *kiosk, const struct fleet_limits *limits)

RULE(never_heard)
{
    (void)limits;
    return !kiosk->is_heard;
}

RULE(is_silent)
{
    return kiosk->is_heard && is_older(kiosk->heard_ms, limits->now_ms, limits->silent_days);
}

RULE(is_forged)
{
    (void)limits;
    return kiosk->is_heard && kiosk->signature == DESK_SIGNATURE_BAD;
}

RULE(has_unknown_key)
{
    (void)limits;
    return kiosk->is_heard && kiosk->signature == DESK_SIGNATURE_UNKNOWN;
}

RULE(has_parked)
{
    (void)limits;
    return kiosk->parked > 0;
}

RULE(needs_courier)
{
    (void)limits;
    return kiosk->for_courier > 0;
}

RULE(has_old_queue)
{
    return kiosk->waiting > 0 && is_older(kiosk->oldest_ms, limits->now_ms, limits->queue_days);
}

RULE(is_full)
{
    return kiosk->disk_free_mb >= 0 && kiosk->disk_free_mb < limits->disk_mb;
}

RULE(has_late_cases)
{
    (void)limits;
    return kiosk->overdue > 0;
}

/* ---- all of them ---- */

/* By a rule, or by what a field begins with; "" is any text at all. */
static const struct {
    const char *name, *zh, *en;
    bool (*applies)(const struct fleet_kiosk *kiosk, const struct fleet_limits *limits);
    enum fleet_field field;
    const char *begins[2];
} troubles[FLEET_TROUBLE_COUNT] = {
    [FLEET_NEVER_HEARD] = {"never-heard", "从未报到", "never heard", .applies = never_heard},
    [FLEET_SILENT] = {"silent", "很久没有消息", "silent", .applies = is_silent},
    [FLEET_FORGED] = {"forged", "报告不是机器签的", "report not signed by a kiosk", .applies = is_forged},
    [FLEET_DAMAGED] = {"damaged", "有坏了的数据", "damaged database set aside", .field = FLEET_QUARANTINE,
                       .begins = {""}},
    [FLEET_REFUSED_LINK] = {"credentials", "平台不认它的令牌", "platform refuses its token",
                            .field = FLEET_LINK_STATE, .begins = {"credentials"}},
    [FLEET_PARKED] = {"parked", "有平台不收的申请", "applications parked", .applies = has_parked},
    [FLEET_FOR_COURIER] = {"for-courier", "网络送不动，要人去带", "too large for its link",
                           .applies = needs_courier},
    [FLEET_OLD_QUEUE] = {"old-queue", "申请等得太久", "applications wait too long", .applies = has_old_queue},
    [FLEET_DISK] = {"disk", "空间快用完", "disk nearly full", .applies = is_full},
    [FLEET_NO_PAPER] = {"paper", "缺打印纸", "paper", .field = FLEET_PAPER, .begins = {"out", "near-end"}},
    [FLEET_CLOCK_UNSET] = {"clock", "时钟不准", "clock not set", .field = FLEET_CLOCK, .begins = {"unset"}},
    [FLEET_PORTAL] = {"not-platform", "网络要登录或连错地方", "something else answers for the platform",
                      .field = FLEET_LINK_STATE, .begins = {"not-platform"}},
    [FLEET_FORM_REFUSED] = {"form-refused", "有服务没有用上", "a form was refused",
                            .field = FLEET_FORMS_REFUSED, .begins = {""}},
    [FLEET_LACKING] = {"device", "缺设备，有服务办不了", "a service lacks its device",
                       .field = FLEET_FORMS_LACKING, .begins = {""}},
    [FLEET_MIRROR_FAILED] = {"mirror", "第二份数据写不了", "second copy fails", .field = FLEET_MIRROR,
                             .begins = {"failed"}},
    [FLEET_ON_TRIAL] = {"trial", "新版本还在试用", "version on trial", .field = FLEET_SLOT,
                        .begins = {"trial"}},
    [FLEET_UNKNOWN_KEY] = {"unknown-key", "县里没有登记它的公钥", "its key is not in desk.ini",
                           .applies = has_unknown_key},
    [FLEET_LATE_CASES] = {"overdue", "有超期的件", "cases overdue", .applies = has_late_cases},
};

static bool says(const char *text, const char *const begins[2])
{
    for (int i = 0; i < 2 && begins[i]; i++)
        if (*text && strncmp(text, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

unsigned fleet_troubles(const struct fleet_kiosk *kiosk, const struct fleet_limits *limits)
{
    unsigned found = 0;
    for (unsigned i = 0; i < FLEET_TROUBLE_COUNT; i++) {
        bool applies = troubles[i].applies ? troubles[i].applies(kiosk, limits)
                                           : says(kiosk->text[troubles[i].field], troubles[i].begins);
        found |= applies ? 1u << i : 0;
    }
    return found;
}

const char *fleet_trouble_name(enum fleet_trouble trouble)
{
    return troubles[trouble].name;
}

const char *fleet_trouble_zh(enum fleet_trouble trouble)
{
    return troubles[trouble].zh;
}

const char *fleet_trouble_en(enum fleet_trouble trouble)
{
    return troubles[trouble].en;
}
