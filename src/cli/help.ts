/** Text at the end of `daybrief --help`. */
export const helpEpilogue = `
Examples:
  $ daybrief demo                          the whole way, to a mail catcher on this machine
  $ daybrief inbox add morning https://example.org/story
  $ daybrief new morning                   begin the next digest with the picked items
  $ daybrief compose morning               today's digest of "morning", else the next one
  $ daybrief subscribers import morning people.csv
  $ daybrief approve morning/2026-11-23    freeze it: exactly these bytes are sent
  $ daybrief send morning/2026-11-23
  $ daybrief status morning/2026-11-23 --json

Results go to stdout, everything else to stderr. Settings come from options, the environment and
.env; .env.example explains each one. In a checkout, write npx daybrief.

Exit status:
  0    done
  1    a bug in Daybrief
  2    the command line is wrong, or names something that is not there
  3    a setting, publication.yaml, a template or the database schema is wrong
  4    the content has mistakes, or what was asked for is refused
  5    something needed is unavailable: the database, the disk, a relay
  6    something else happened in between: a changed digest, an edition in another state
  7    done in part
  130  stopped by Ctrl-C, 143 by SIGTERM`;
