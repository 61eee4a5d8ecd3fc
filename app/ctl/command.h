/* One subcommand of yizhanctl: `yizhanctl WORDS...`. A room adds a row to the table in main.c. */
#ifndef YIZHAN_CTL_COMMAND_H
#define YIZHAN_CTL_COMMAND_H

/* What a command answers when its words or options are none: main says how it is used. */
enum { COMMAND_USAGE = 64 };

struct command {
    const char *noun;  /* "form" */
    const char *verb;  /* "check", NULL when the noun stands alone */
    const char *usage; /* what follows: "FORM.xml [--media DIR]" */
    const char *help;  /* one line */
    /* argv[0] is the first word after noun and verb, argv[argc] is NULL. Returns the exit status. */
    int (*run)(int argc, char **argv);
};

/* app/ctl/apply.c */
int command_apply(int argc, char **argv);

/* app/ctl/form_check.c, app/ctl/form_session.c */
int command_form_check(int argc, char **argv);
int command_form_session(int argc, char **argv);
/* app/ctl/form_show.c */
int command_form_show(int argc, char **argv);
/* app/ctl/status.c, app/ctl/queue.c, app/ctl/forms_list.c */
int command_status(int argc, char **argv);
int command_queue_list(int argc, char **argv);
int command_queue_show(int argc, char **argv);
int command_queue_release(int argc, char **argv);
int command_forms_list(int argc, char **argv);
/* app/ctl/case.c */
int command_case(int argc, char **argv);
/* app/ctl/courier.c */
int command_courier_export(int argc, char **argv);
int command_courier_import(int argc, char **argv);
int command_courier_upload(int argc, char **argv);
int command_courier_key(int argc, char **argv);
/* app/ctl/log_keep.c */
int command_log_keep(int argc, char **argv);
/* app/ctl/reset.c */
int command_reset(int argc, char **argv);
/* app/ctl/rescue.c */
int command_rescue(int argc, char **argv);

/* app/ctl/desk.c */
int command_desk_fetch(int argc, char **argv);
int command_desk_list(int argc, char **argv);
int command_desk_show(int argc, char **argv);
int command_desk_print(int argc, char **argv);
int command_desk_set(int argc, char **argv);
int command_desk_sync(int argc, char **argv);
int command_desk_key(int argc, char **argv);
/* app/ctl/key.c */
int command_key(int argc, char **argv);
/* app/ctl/devices.c */
int command_devices_list(int argc, char **argv);
int command_devices_watch(int argc, char **argv);
int command_devices_read(int argc, char **argv);
int command_devices_print(int argc, char **argv);
/* app/ctl/record.c */
int command_devices_record(int argc, char **argv);
/* app/ctl/voice.c */
int command_voice_script(int argc, char **argv);
int command_voice_pack(int argc, char **argv);
/* app/ctl/printer_test.c */
int command_printer_test(int argc, char **argv);
/* app/ctl/fleet_enrol.c */
int command_fleet_enrol(int argc, char **argv);
/* app/ctl/fleet_report.c */
int command_fleet_report(int argc, char **argv);
/* app/ctl/fleet_visits.c */
int command_fleet_visits(int argc, char **argv);

#endif
