// For ci/check-templates: node template-scripts.mjs MODULES TEMPLATES OUT writes every shell script
// that stands in a pipeline's template to OUT, and refuses what must not stand in one.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, templates, out] = process.argv.slice(2);
const require = createRequire(join(modules, 'x.js'));
const yaml = require('js-yaml');
const text = (name) => readFileSync(join(templates, name), 'utf8');
let faults = 0;

function fault(message) {
    console.error(`check-templates: ${message}`);
    faults++;
}

// A module of the tools; where it is missing, null, and it is said what is not looked at.
function optional(module, what) {
    try {
        return require(module);
    } catch {
        const message = `${what} is not held against its schema: ${module} is not here (ci/install-tools)`;
        if (process.env.PGSTAIR_TEST_REQUIRE_TOOLS === '1') fault(message);
        else console.error(`check-templates: skipped: ${message}`);
        return null;
    }
}

function write(name, script) {
    writeFileSync(join(out, `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.sh`),
        `#!/usr/bin/env bash\nset -eo pipefail\n${script.trimEnd()}\n`);
}

function github(name) {
    const workflow = yaml.load(text(name));
    if (workflow.on.pull_request_target !== undefined) fault(`${name}: pull_request_target`);
    if (JSON.stringify(workflow.permissions) !== '{"contents":"read"}') fault(`${name}: permissions`);
    for (const [job, { steps }] of Object.entries(workflow.jobs)) {
        for (const step of steps) {
            // What an expression gives is text from outside: it reaches a script by env alone.
            if (step.run?.includes('${{')) fault(`${name}: ${job}: an expression in run:`);
            if (step.uses && !/@[0-9a-f]{40}$/.test(step.uses)) fault(`${name}: ${step.uses} is not pinned`);
            if (step.run) write(`github-${job}-${step.name}`, step.run);
        }
    }
}

function gitlab(name) {
    const pipeline = yaml.load(text(name));
    // GitLab's own schema of .gitlab-ci.yml, as this package ships it.
    const schema = optional('gitlab-ci-local/src/schema/schema.js', name)?.schema;
    if (schema) {
        const Ajv = require('ajv').default;
        const ajv = new Ajv({ strict: false, validateFormats: false });
        if (!ajv.validate(schema, pipeline)) fault(`${name}: ${ajv.errorsText()}`);
    }
    for (const [job, body] of Object.entries(pipeline)) {
        if (body.script) write(`gitlab-${job}`, body.script.join('\n'));
    }
}

function kubernetes(name) {
    const models = optional('kubernetes-models/batch/v1/Job', name);
    for (const document of yaml.loadAll(text(name))) {
        if (models && document.kind === 'Job') {
            try {
                new models.Job(document).validate();
            } catch (error) {
                fault(`${name}: ${error.message}`);
            }
        }
        if (document.kind !== 'Job') continue;
        const pod = document.spec.template.spec;
        for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
            const locked = container.securityContext ?? {};
            if (locked.allowPrivilegeEscalation !== false || !locked.readOnlyRootFilesystem ||
                locked.capabilities?.drop?.[0] !== 'ALL' || !pod.securityContext?.runAsNonRoot)
                fault(`${name}: ${container.name} may do more than it has to`);
            for (const mount of container.volumeMounts ?? []) {
                if (!pod.volumes.some((volume) => volume.name === mount.name))
                    fault(`${name}: ${container.name} mounts ${mount.name}, which is no volume`);
            }
            if (container.args) write(`kubernetes-${container.name}`, container.args[0]);
        }
    }
}

// Brackets, quotes and the sh steps; Groovy itself is npm-groovy-lint's (ci/check-templates).
function jenkins(name) {
    const source = text(name);
    let n = 0;
    for (const found of source.matchAll(/\bsh '''([\s\S]*?)'''/g)) write(`jenkins-${++n}`, found[1]);
    for (const found of source.matchAll(/\bsh '([^'\n]+)'/g)) write(`jenkins-${++n}`, found[1]);
    if (/\bsh "/.test(source)) fault(`${name}: a script in double quotes, where Groovy puts values in`);
    const bare = source.replace(/\/\/.*$/gm, '').replace(/'''[\s\S]*?'''|'[^'\n]*'|"[^"\n]*"/g, '');
    const open = [];
    for (const c of bare) {
        if ('([{'.includes(c)) open.push(c);
        else if (')]}'.includes(c) && '([{'.indexOf(open.pop()) !== ')]}'.indexOf(c))
            fault(`${name}: a "${c}" that nothing opens`);
    }
    if (open.length > 0) fault(`${name}: "${open.at(-1)}" is never closed`);
    if (/['"]/.test(bare)) fault(`${name}: a quote that is never closed`);
}

github('github-actions.yml');
gitlab('gitlab-ci.yml');
kubernetes('kubernetes-job.yaml');
jenkins('Jenkinsfile');
for (const name of ['pre-commit-config.yaml', 'pre-commit-hooks.yaml']) {
    const document = yaml.load(text(name));
    const hooks = Array.isArray(document) ? document : document.repos.flatMap((repo) => repo.hooks);
    for (const hook of hooks) {
        for (const key of ['id', 'name', 'entry', 'language']) {
            if (typeof hook[key] !== 'string') fault(`${name}: a hook without ${key}`);
        }
        // pre-commit starts it without a shell, with the hook's arguments behind it.
        write(name, `exec ${hook.entry} "$@"`);
    }
}
process.exit(faults > 0 ? 1 : 0);
