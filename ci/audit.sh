#!/usr/bin/env bash
# Judges a Pulumi project in CI: what the GitHub action, the GitLab template and the pre-commit hook all run.
# Needs bash, git and Python 3.11 or newer; no secret, no account. docs/guides/ci.md tells the rest.
#
#   audit.sh [PROJECT]
#
#   HOSPITAL_CLOUD_STACK, _JURISDICTION, _WAIVERS   as the options of `hospital-cloud audit`; empty: left out
#   HOSPITAL_CLOUD_LANG       language of the reports: en, zh; empty: en
#   HOSPITAL_CLOUD_BASE_REF   a commit to compare with (it is judged too); empty: no comparison
#   HOSPITAL_CLOUD_OUT        where report.{html,json,sarif,xml,md} go; default hospital-cloud-report
#   HOSPITAL_CLOUD_COMMAND    an installed hospital-cloud; empty: installed from this checkout, as its lock says
#
# Exit code: 0 complies, 1 something is violated, 2 could not be decided, bad input or a fault.
set -euo pipefail
unset CDPATH

project=${1:-${HOSPITAL_CLOUD_PROJECT:-.}}
base_ref=${HOSPITAL_CLOUD_BASE_REF:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

refuse() {
  echo "hospital-cloud: $*" >&2
  exit 2
}

out=${HOSPITAL_CLOUD_OUT:-}
if [ -z "$out" ]; then
  out=hospital-cloud-report
  # Under pre-commit a report in the working tree would be a file to commit.
  if [ -n "${PRE_COMMIT:-}" ]; then out=$(git rev-parse --git-path hospital-cloud-report); fi
fi

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  refuse "Python 3.11 or newer with its venv module is needed"
}

# Makes an environment from the lock of this checkout: every package by its hash, nothing newer than was tested.
install() {
  local home=$1 venv digest python index
  digest=$(cd "$home" && cat uv.lock pyproject.toml ci/audit.sh | git hash-object --stdin)
  venv=${HOSPITAL_CLOUD_VENV:-$work/venv}
  if [ "$(cat "$venv/made-from" 2>/dev/null)" = "$digest" ]; then
    echo "$venv/bin/hospital-cloud"
    return
  fi
  python=$(find_python)
  index=${UV_DEFAULT_INDEX:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
  if [ -n "$index" ]; then export UV_DEFAULT_INDEX=$index; fi
  export VIRTUAL_ENV=$venv
  "$python" -m venv --clear "$venv" >&2 &&
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
      "uv==$(sed -n 's/^UV_VERSION := //p' "$home/Makefile")" >&2 &&
    (cd "$home" && "$venv/bin/uv" export --frozen --quiet --no-default-groups --group package --no-emit-project \
      --output-file "$venv/requirements.txt") >&2 &&
    "$venv/bin/uv" pip install --quiet --require-hashes --requirement "$venv/requirements.txt" >&2 &&
    "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation "$home" >&2 ||
    refuse "could not be installed from $home"
  echo "$digest" >"$venv/made-from"
  echo "$venv/bin/hospital-cloud"
}

if [ -n "${HOSPITAL_CLOUD_COMMAND:-}" ]; then
  command=$HOSPITAL_CLOUD_COMMAND
elif [ -f "$here/../uv.lock" ] && [ -f "$here/../ci/audit.sh" ]; then
  command=$(install "$(dirname "$here")")
else
  command=$here/hospital-cloud
fi

options=()
language=()
if [ -n "${HOSPITAL_CLOUD_LANG:-}" ]; then language=(--lang "$HOSPITAL_CLOUD_LANG"); fi
if [ -n "${HOSPITAL_CLOUD_STACK:-}" ]; then options+=(--stack "$HOSPITAL_CLOUD_STACK"); fi
if [ -n "${HOSPITAL_CLOUD_JURISDICTION:-}" ]; then options+=(--jurisdiction "$HOSPITAL_CLOUD_JURISDICTION"); fi
base_options=(${options[@]+"${options[@]}"})
if [ -n "${HOSPITAL_CLOUD_WAIVERS:-}" ]; then options+=(--waivers "$HOSPITAL_CLOUD_WAIVERS"); fi

# Judges the project as it was at the base, in a work tree of its own. What cannot be judged there is not compared with.
judge_base() {
  local top inside tree=$work/base-tree environment subject waivers
  [ -e "$project" ] || refuse "$project does not exist"
  case "$base_ref" in -*) return 1 ;; esac # git would take it for an option
  if [ -d "$project" ]; then inside=$project; else inside=$(dirname "$project"); fi
  top=$(git -C "$inside" rev-parse --show-toplevel 2>/dev/null) || return 1
  inside=$(cd "$inside" && pwd -P)
  inside=${inside#"$(cd "$top" && pwd -P)"}
  if ! git -C "$top" cat-file -e "$base_ref^{commit}" 2>/dev/null; then
    git -C "$top" fetch --quiet --depth 1 origin "$base_ref" || return 1
  fi
  git -C "$top" -c core.hooksPath=/dev/null worktree add --quiet --detach "$tree" "$base_ref" || return 1
  # The packages of the project are not in git: the base borrows those that are installed now.
  environment=$(sed -n "s/^ *virtualenv: *[\"']\{0,1\}\([A-Za-z0-9._-]*\)[\"']\{0,1\} *$/\1/p" \
    "$top$inside/Pulumi.yaml" 2>/dev/null | head -n 1)
  if [ -n "$environment" ] && [ -d "$top$inside/$environment" ] && [ ! -e "$tree$inside/$environment" ]; then
    ln -s "$top$inside/$environment" "$tree$inside/$environment"
  fi
  # Its waivers are those that it had: a waiver that is new accepts what was there before.
  if [ -f "${HOSPITAL_CLOUD_WAIVERS:-}" ]; then
    waivers=$(cd "$(dirname "$HOSPITAL_CLOUD_WAIVERS")" && pwd -P)/$(basename "$HOSPITAL_CLOUD_WAIVERS")
    waivers=$tree${waivers#"$(cd "$top" && pwd -P)"}
    if [ -f "$waivers" ]; then base_options+=(--waivers "$waivers"); fi
  fi
  subject=$tree$inside
  if [ ! -d "$project" ]; then subject=$subject/$(basename "$project"); fi
  "$command" audit "$subject" ${base_options[@]+"${base_options[@]}"} --format json --out "$work/base" \
    >/dev/null 2>"$work/base.err" || true
  git -C "$top" worktree remove --force "$tree" || true
  compgen -G "$work/base/*/report.json" >/dev/null
}

if [ -n "$base_ref" ]; then
  if judge_base; then
    options+=(--base "$(compgen -G "$work/base/*/report.json" | head -n 1)")
  else
    echo "hospital-cloud: the base $base_ref could not be judged, so nothing is compared with it" >&2
    sed 's/^/  /' "$work/base.err" >&2 2>/dev/null || true
  fi
fi

code=0
"$command" audit "$project" ${options[@]+"${options[@]}"} ${language[@]+"${language[@]}"} --out "$work/out" \
  --format html --format json --format sarif --format junit --format markdown 2>"$work/err" || code=$?
cat "$work/err" >&2

mkdir -p "$out"
rm -f "$out"/report.{html,json,sarif,xml,md}
if compgen -G "$work/out/*/report.*" >/dev/null; then
  cp "$work"/out/*/report.* "$out/"
else
  # No report: the comment still says so, instead of showing what an earlier commit was like. Indented text is code.
  {
    title='could not be judged'
    if [ "${HOSPITAL_CLOUD_LANG:-}" = zh ]; then title=未能判定; fi
    printf '## \xe2\x9a\xa0\xef\xb8\x8f hospital-cloud: %s\n\n' "$title"
    head -c 20000 "$work/err" | tr -d '\r' | sed 's/^/    /'
  } >"$out/report.md"
  [ "$code" -ne 0 ] || code=2
fi

echo "reports: $out"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$out/report.md" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  printf 'exit-code=%s\nreport=%s\n' "$code" "$out" >>"$GITHUB_OUTPUT"
fi
exit "$code"
