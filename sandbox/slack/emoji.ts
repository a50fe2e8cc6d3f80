/** The emoji this workspace knows; any other name is `invalid_name`. */
export const EMOJI: ReadonlySet<string> = new Set(
  (
    '+1 -1 100 alarm_clock ambulance arrow_down arrow_right arrow_up ballot_box_with_check bell boom bug bulb chart_with_downwards_trend ' +
    'chart_with_upwards_trend clap clock1 construction eyes exclamation fire fire_engine firefighter gear green_heart hammer heart heavy_check_mark ' +
    'hourglass hourglass_flowing_sand information_source joy key large_blue_circle large_green_circle large_orange_circle large_red_square ' +
    'large_yellow_circle lock mag memo mute no_bell no_entry no_entry_sign ok_hand pager pencil2 point_right pray question raised_hands ' +
    'red_circle recycle repeat rewind rocket rotating_light smile snowflake speech_balloon stopwatch tada thread thumbsdown thumbsup thinking_face ' +
    'unlock warning wastebasket wave white_check_mark white_circle wrench x zap zzz'
  ).split(' '),
);
