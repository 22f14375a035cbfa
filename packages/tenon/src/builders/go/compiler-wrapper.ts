/**
 * A program for `go build -toolexec`. The compiler only uses the last -trimpath flag, so ours would replace the go command's
 * own rules. For packages with cgo, those rules name the folder of generated files, which differs between builds. The wrapper
 * joins all rules, the last one first.
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
