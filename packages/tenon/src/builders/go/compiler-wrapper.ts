/**
 * A program for `go build -toolexec`. The compiler heeds only the last -trimpath flag, which would lose the go command's
 * own rules; for packages with cgo these name the folder of generated files, which differs from build to build. The
 * wrapper joins all of them, the last given first.
 */
export const compilerWrapper = `#!/bin/sh
tool=$1
shift
case "$tool" in
  */compile) ;;
  *) exec "$tool" "$@" ;;
esac
rules=
count=$#
while [ "$count" -gt 0 ]; do
  word=$1
  shift
  count=$((count - 1))
  case "$word" in
    -trimpath)
      rules="$1;$rules"
      shift
      count=$((count - 1))
      ;;
    -trimpath=*) rules="\${word#-trimpath=};$rules" ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec "$tool" \${rules:+-trimpath "\${rules%;}"} "$@"
`;
