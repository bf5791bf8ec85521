<?xml version="1.0" encoding="UTF-8"?>
<!-- Part of html.xsl: the plans, the servers, and all that the run depended on. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common" xmlns:set="http://exslt.org/sets"
                exclude-result-prefixes="exsl set">

  <xsl:key name="by-server-group" match="finding[@server]" use="concat(@system, '&#10;', @server, '&#10;',
           substring-before(concat(@check, '.'), '.'))"/>

  <xsl:key name="by-commit" match="git" use="@commit"/>

  <xsl:key name="plans" match="finding[plan]" use="@system"/>

  <xsl:template name="plans">
    <xsl:if test="$has-plans">
      <section id="plans" aria-labelledby="plans-heading">
        <h2 id="plans-heading">Plans</h2>
        <xsl:for-each select="set:distinct(finding[plan]/@system)">
          <xsl:variable name="findings" select="key('plans', string())"/>
          <xsl:variable name="passed" select="$findings[@status = 'passed']"/>
          <div class="card">
            <xsl:for-each select="key('system', string())">
              <xsl:call-template name="system-heading"/>
            </xsl:for-each>
            <xsl:for-each select="$findings[@status != 'passed']">
              <xsl:call-template name="planned"/>
            </xsl:for-each>
            <xsl:choose>
              <!-- A few need no fold around them. -->
              <xsl:when test="$passed[4]">
                <details class="fold unprinted">
                  <summary>
                    <xsl:call-template name="badge">
                      <xsl:with-param name="status">passed</xsl:with-param>
                      <xsl:with-param name="words" select="concat(format-number(count($passed), '#,##0'), ' plans as they should be')"/>
                    </xsl:call-template>
                    <span class="unseen"> of <bdi><xsl:value-of select="substring(., 1, 60)"/></bdi></span>
                  </summary>
                  <xsl:for-each select="$passed"><xsl:call-template name="planned"/></xsl:for-each>
                </details>
              </xsl:when>
              <xsl:otherwise>
                <xsl:for-each select="$passed"><xsl:call-template name="planned"/></xsl:for-each>
              </xsl:otherwise>
            </xsl:choose>
          </div>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template name="planned">
    <details class="planned {@status}">
      <xsl:if test="@status = 'passed'">
        <xsl:attribute name="class">planned passed unprinted</xsl:attribute>
      </xsl:if>
      <xsl:attribute name="id">
        <xsl:text>plan-</xsl:text>
        <xsl:call-template name="own-id"/>
      </xsl:attribute>
      <summary>
        <xsl:call-template name="badge"/>
        <h4>
          <xsl:call-template name="name">
            <xsl:with-param name="text" select="title"/>
          </xsl:call-template>
        </h4>
        <xsl:call-template name="tags"/>
      </summary>
      <div class="body">
        <p><xsl:call-template name="finding-link"/></p>
        <xsl:call-template name="block">
          <xsl:with-param name="text" select="plan[1]/query"/>
          <xsl:with-param name="class">sql</xsl:with-param>
        </xsl:call-template>
        <xsl:if test="plan[1]/parameter">
          <p class="hint">
            <xsl:text>with </xsl:text>
            <xsl:for-each select="plan[1]/parameter">
              <xsl:value-of select="concat(substring(', ', 1, 2 * (position() &gt; 1)), '$', position(), ' = ')"/>
              <xsl:choose>
                <xsl:when test="@null = 'true'">NULL</xsl:when>
                <xsl:otherwise><code><bdi><xsl:value-of select="."/></bdi></code></xsl:otherwise>
              </xsl:choose>
            </xsl:for-each>
          </p>
        </xsl:if>
        <xsl:if test="plan[1]/settings">
          <p class="hint">settings: <code><bdi><xsl:value-of select="plan[1]/settings"/></bdi></code></p>
        </xsl:if>
        <xsl:call-template name="costs"/>
        <xsl:for-each select="plan[text]">
          <h5 dir="auto"><xsl:value-of select="title"/></h5>
          <pre class="plan" dir="ltr" tabindex="0" role="group" aria-label="Plan: {substring(title, 1, 120)}">
            <xsl:text>&#10;</xsl:text>
            <xsl:value-of select="text"/>
          </pre>
        </xsl:for-each>
      </div>
    </details>
  </xsl:template>

  <xsl:template name="costs">
    <div class="scroll" tabindex="0" role="group" aria-label="Costs: {substring(title, 1, 120)}">
      <table>
        <caption>Costs, as the server estimates them</caption>
        <thead>
          <tr>
            <th scope="col">Plan</th>
            <th scope="col" class="n">Cost</th>
            <th scope="col" class="n">Rows</th>
            <xsl:if test="plan/@actual-rows"><th scope="col" class="n">Rows that came</th></xsl:if>
            <xsl:if test="plan/@shared-hit"><th scope="col" class="n">Blocks hit, read</th></xsl:if>
          </tr>
        </thead>
        <tbody>
          <xsl:variable name="finding" select="."/>
          <xsl:for-each select="plan">
            <tr>
              <th scope="row">
                <xsl:call-template name="role"/>
              </th>
              <td class="n"><xsl:value-of select="@cost"/></td>
              <td class="n"><xsl:value-of select="@rows"/></td>
              <xsl:if test="$finding/plan/@actual-rows">
                <td class="n"><xsl:value-of select="@actual-rows"/></td>
              </xsl:if>
              <xsl:if test="$finding/plan/@shared-hit">
                <td class="n">
                  <xsl:value-of select="@shared-hit"/>
                  <xsl:if test="@shared-read"><xsl:value-of select="concat(', ', @shared-read)"/></xsl:if>
                </td>
              </xsl:if>
            </tr>
          </xsl:for-each>
        </tbody>
      </table>
    </div>
  </xsl:template>

  <!-- What a plan was made for (record.rng). -->
  <xsl:template name="role">
    <xsl:choose>
      <xsl:when test="@role = 'verdict'">as the server plans it</xsl:when>
      <xsl:when test="@role = 'generic'">for any values</xsl:when>
      <xsl:when test="@role = 'control'">without the index</xsl:when>
      <xsl:when test="@role = 'bare'">without what served in its place, too</xsl:when>
      <xsl:when test="@role = 'alone'">with no other index</xsl:when>
      <xsl:when test="@role = 'trial'">with an index that was built for the try</xsl:when>
      <xsl:otherwise><bdi><xsl:value-of select="@role"/></bdi></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- == the environment == -->

  <xsl:template name="environment">
    <section id="environment" aria-labelledby="environment-heading">
      <h2 id="environment-heading">Environment</h2>
      <dl class="facts">
        <div><dt>Command</dt><dd><code class="command"><bdi><xsl:value-of select="command"/></bdi></code></dd></div>
        <div><dt>pgstair</dt><dd><bdi><xsl:value-of select="@pgstair"/></bdi></dd></div>
        <div><dt>Machine</dt><dd><bdi><xsl:value-of select="@host"/></bdi></dd></div>
        <xsl:if test="shard">
          <div>
            <dt>Parts</dt>
            <dd>
              <xsl:for-each select="shard">
                <xsl:if test="position() &gt; 1">, </xsl:if>
                <xsl:value-of select="concat(@index, ' of ', @of)"/>
              </xsl:for-each>
            </dd>
          </div>
        </xsl:if>
      </dl>
      <xsl:call-template name="sources"/>
      <xsl:for-each select="system">
        <div class="card">
          <xsl:call-template name="system-heading"/>
          <xsl:call-template name="origin"/>
          <xsl:call-template name="servers"/>
          <xsl:call-template name="servers-by-group"/>
          <xsl:call-template name="system-facts"/>
          <xsl:call-template name="tolerances"/>
          <xsl:call-template name="acceptances"/>
          <xsl:call-template name="files">
            <xsl:with-param name="caption">Files beside the revisions</xsl:with-param>
            <xsl:with-param name="files" select="file"/>
          </xsl:call-template>
        </div>
      </xsl:for-each>
    </section>
  </xsl:template>

  <xsl:template name="sources">
    <xsl:if test="source">
      <xsl:variable name="caption">
        <xsl:choose>
          <xsl:when test="source[2]">Records that were merged</xsl:when>
          <xsl:otherwise>The run’s record</xsl:otherwise>
        </xsl:choose>
      </xsl:variable>
      <div class="scroll" tabindex="0" role="group" aria-label="{$caption}">
        <table class="files">
          <caption><xsl:value-of select="$caption"/></caption>
          <thead><tr><th scope="col">Record</th><th scope="col">SHA-256</th></tr></thead>
          <tbody>
            <xsl:for-each select="source">
              <tr>
                <th scope="row">
                  <xsl:call-template name="name">
                    <xsl:with-param name="text" select="@path"/>
                  </xsl:call-template>
                </th>
                <td><code class="digest"><xsl:value-of select="@sha256"/></code></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="origin">
    <dl class="facts">
      <xsl:if test="@folder"><div><dt>Folder</dt><dd><bdi><xsl:value-of select="@folder"/></bdi></dd></div></xsl:if>
      <xsl:if test="@config"><div><dt>Project file</dt><dd><bdi><xsl:value-of select="@config"/></bdi></dd></div></xsl:if>
      <xsl:if test="@format">
        <div>
          <dt>Format</dt>
          <dd>
            <bdi><xsl:value-of select="@format"/></bdi>
            <xsl:if test="format-reason">
              <span class="hint"><xsl:text>: </xsl:text><bdi><xsl:value-of select="format-reason"/></bdi></span>
            </xsl:if>
          </dd>
        </div>
      </xsl:if>
      <div>
        <dt>Took</dt>
        <dd><xsl:call-template name="duration"/></dd>
      </div>
      <div>
        <dt>Differences let through</dt>
        <dd>
          <xsl:value-of select="concat(@tolerated, ' tolerated, ', @cosmetic, ' in order or white space only')"/>
        </dd>
      </div>
      <xsl:apply-templates select="git"/>
    </dl>
  </xsl:template>

  <xsl:template match="git">
    <div>
      <dt>Commit</dt>
      <dd>
        <xsl:choose>
          <xsl:when test="@commit"><code class="digest"><bdi><xsl:value-of select="@commit"/></bdi></code></xsl:when>
          <xsl:otherwise>none yet</xsl:otherwise>
        </xsl:choose>
        <xsl:if test="@branch"> on <bdi><xsl:value-of select="@branch"/></bdi></xsl:if>
      </dd>
    </div>
    <div>
      <dt>Work tree</dt>
      <dd>
        <xsl:choose>
          <xsl:when test="@clean = 'true'">clean</xsl:when>
          <xsl:otherwise>
            <strong class="unclean">
              <xsl:call-template name="count">
                <xsl:with-param name="n" select="@dirty"/>
                <xsl:with-param name="one">file differs from the commit</xsl:with-param>
                <xsl:with-param name="many">files differ from the commit</xsl:with-param>
              </xsl:call-template>
            </strong>
            <xsl:call-template name="dirty-files"/>
          </xsl:otherwise>
        </xsl:choose>
      </dd>
    </div>
  </xsl:template>

  <!-- Systems of one repository have the same; many are folded. -->
  <xsl:template name="dirty-files">
    <xsl:variable name="twin" select="key('by-commit', @commit)[@dirty = current()/@dirty][1]"/>
    <xsl:choose>
      <xsl:when test="count($twin | .) = 2">
        <xsl:text>: as for </xsl:text>
        <bdi><xsl:value-of select="$twin/../@name"/></bdi>
      </xsl:when>
      <xsl:when test="dirty-file[9]">
        <details class="unprinted">
          <summary>Which files</summary>
          <xsl:call-template name="list-of-files"/>
        </details>
      </xsl:when>
      <xsl:otherwise><xsl:call-template name="list-of-files"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="list-of-files">
    <ul class="plain">
      <xsl:for-each select="dirty-file"><li><code><bdi><xsl:value-of select="."/></bdi></code></li></xsl:for-each>
    </ul>
  </xsl:template>

  <!-- What was found on each server. -->
  <xsl:template name="servers">
    <xsl:if test="server-run">
      <div class="scroll" tabindex="0" role="group" aria-label="Servers of {substring(@name, 1, 80)}">
        <table class="servers">
          <caption>Servers</caption>
          <thead>
            <tr>
              <th scope="col">Server</th>
              <th scope="col">Version</th>
              <th scope="col">Found</th>
              <th scope="col" class="n">Start</th>
              <th scope="col" class="n">Took</th>
              <th scope="col">What it says of itself</th>
            </tr>
          </thead>
          <tbody>
            <xsl:for-each select="server-run">
              <xsl:variable name="server" select="concat(../@name, '&#10;', @server, '&#10;')"/>
              <tr>
                <th scope="row"><bdi><xsl:value-of select="@server"/></bdi></th>
                <td>
                  <bdi><xsl:value-of select="@server-version"/></bdi>
                  <xsl:if test="not(@server-version)">was not to be had</xsl:if>
                </td>
                <td>
                  <xsl:call-template name="server-count"><xsl:with-param name="key" select="$server"/><xsl:with-param name="status">failed</xsl:with-param></xsl:call-template>
                  <xsl:call-template name="server-count"><xsl:with-param name="key" select="$server"/><xsl:with-param name="status">error</xsl:with-param></xsl:call-template>
                  <xsl:call-template name="server-count"><xsl:with-param name="key" select="$server"/><xsl:with-param name="status">warning</xsl:with-param></xsl:call-template>
                  <xsl:call-template name="server-count"><xsl:with-param name="key" select="$server"/><xsl:with-param name="status">accepted</xsl:with-param></xsl:call-template>
                  <xsl:call-template name="server-count"><xsl:with-param name="key" select="$server"/><xsl:with-param name="status">skipped</xsl:with-param></xsl:call-template>
                  <xsl:call-template name="server-count"><xsl:with-param name="key" select="$server"/><xsl:with-param name="status">passed</xsl:with-param></xsl:call-template>
                  <xsl:if test="count(../server-run) = 1">
                    <a href="#findings">
                      <xsl:call-template name="count">
                        <xsl:with-param name="n" select="count(key('by-system', ../@name))"/>
                        <xsl:with-param name="one">finding</xsl:with-param>
                      </xsl:call-template>
                    </a>
                  </xsl:if>
                </td>
                <td class="n"><xsl:call-template name="duration"><xsl:with-param name="seconds" select="@start"/></xsl:call-template></td>
                <td class="n"><xsl:call-template name="duration"/></td>
                <td dir="auto"><xsl:value-of select="."/></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <!-- Each group of checks on each server, where there are several. -->
  <xsl:template name="servers-by-group">
    <xsl:variable name="system" select="@name"/>
    <xsl:variable name="servers" select="server-run[@server-version]"/>
    <xsl:if test="count($servers) &gt; 1">
      <xsl:variable name="groups">
        <xsl:for-each select="set:distinct(key('by-system', @name)[@server = $servers/@server]/@check)">
          <group><xsl:value-of select="substring-before(concat(., '.'), '.')"/></group>
        </xsl:for-each>
      </xsl:variable>
      <div class="scroll" tabindex="0" role="group" aria-label="Checks of {substring(@name, 1, 80)} by server">
        <table>
          <caption>Checks by server</caption>
          <thead>
            <tr>
              <th scope="col">Checks</th>
              <xsl:for-each select="$servers"><th scope="col"><bdi><xsl:value-of select="@server"/></bdi></th></xsl:for-each>
            </tr>
          </thead>
          <tbody>
            <xsl:for-each select="set:distinct(exsl:node-set($groups)/group)">
              <xsl:variable name="group" select="string()"/>
              <tr>
                <th scope="row"><xsl:value-of select="$group"/></th>
                <xsl:for-each select="$servers">
                  <td>
                    <xsl:call-template name="server-cell">
                      <xsl:with-param name="findings" select="key('by-server-group',
                        concat($system, '&#10;', @server, '&#10;', $group))"/>
                    </xsl:call-template>
                  </td>
                </xsl:for-each>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="server-cell">
    <xsl:param name="findings"/>
    <xsl:variable name="bad" select="$findings[@status = 'failed' or @status = 'error']"/>
    <xsl:variable name="warned" select="$findings[@status = 'warning' or @status = 'accepted']"/>
    <xsl:variable name="passed" select="$findings[@status = 'passed']"/>
    <xsl:choose>
      <xsl:when test="$bad">
        <xsl:for-each select="$bad[1]">
          <a>
            <xsl:attribute name="href"><xsl:text>#</xsl:text><xsl:call-template name="own-id"/></xsl:attribute>
            <xsl:call-template name="badge">
              <xsl:with-param name="words" select="concat(format-number(count($bad), '#,##0'), ' failed')"/>
            </xsl:call-template>
          </a>
        </xsl:for-each>
      </xsl:when>
      <xsl:when test="$warned">
        <xsl:call-template name="badge">
          <xsl:with-param name="status">warning</xsl:with-param>
          <xsl:with-param name="words" select="concat(format-number(count($warned), '#,##0'), ' with warnings')"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$passed">
        <xsl:call-template name="badge">
          <xsl:with-param name="status">passed</xsl:with-param>
          <xsl:with-param name="words" select="concat(format-number(count($passed), '#,##0'), ' passed')"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:when test="$findings">skipped or noted</xsl:when>
      <xsl:otherwise><span class="hint">nothing</span></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="server-count">
    <xsl:param name="key"/>
    <xsl:param name="status"/>
    <xsl:variable name="n" select="count(key('by-server', concat($key, $status)))"/>
    <xsl:if test="$n &gt; 0">
      <xsl:call-template name="badge">
        <xsl:with-param name="status" select="$status"/>
        <xsl:with-param name="words" select="concat(format-number($n, '#,##0'), ' ', $status)"/>
      </xsl:call-template>
      <xsl:text> </xsl:text>
    </xsl:if>
  </xsl:template>

  <xsl:template name="system-facts">
    <xsl:if test="fact">
      <div class="scroll" tabindex="0" role="group" aria-label="Facts of {substring(@name, 1, 80)}">
        <table>
          <caption>What was so during the run</caption>
          <thead><tr><th scope="col">What</th><th scope="col">Was</th><th scope="col">On</th></tr></thead>
          <tbody>
            <xsl:for-each select="fact">
              <tr>
                <th scope="row"><bdi><xsl:value-of select="@name"/></bdi></th>
                <td class="wrap" dir="auto"><xsl:value-of select="."/></td>
                <td>
                  <xsl:choose>
                    <xsl:when test="@server"><bdi><xsl:value-of select="@server"/></bdi></xsl:when>
                    <xsl:otherwise>all</xsl:otherwise>
                  </xsl:choose>
                </td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="tolerances">
    <xsl:if test="tolerance">
      <div class="scroll" tabindex="0" role="group" aria-label="Tolerances of {substring(@name, 1, 80)}">
        <table>
          <caption>Tolerances</caption>
          <thead><tr><th scope="col">Tolerance</th><th scope="col">Reason</th><th scope="col">Until</th><th scope="col">Where</th></tr></thead>
          <tbody>
            <xsl:for-each select="tolerance">
              <tr>
                <th scope="row"><bdi><xsl:value-of select="."/></bdi></th>
                <td dir="auto"><xsl:value-of select="@reason"/><xsl:if test="not(@reason)">none given</xsl:if></td>
                <td><xsl:call-template name="until"/></td>
                <td><bdi><xsl:value-of select="@place"/></bdi></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="until">
    <xsl:choose>
      <xsl:when test="translate(@until, '0123456789', '##########') = '####-##-##'">
        <time datetime="{@until}"><xsl:value-of select="@until"/></time>
        <xsl:if test="number(translate(@until, '-', '')) &lt; number(translate(substring(/pgstair-record/@started, 1, 10), '-', ''))">
          <strong class="past"> ! past</strong>
        </xsl:if>
      </xsl:when>
      <xsl:when test="@until"><bdi><xsl:value-of select="@until"/></bdi></xsl:when>
      <xsl:otherwise>without end</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="acceptances">
    <xsl:if test="acceptance">
      <div class="scroll" tabindex="0" role="group" aria-label="What {substring(@name, 1, 80)} accepts">
        <table>
          <caption>Accepted failures</caption>
          <thead>
            <tr>
              <th scope="col">Check</th>
              <th scope="col">Held to</th>
              <th scope="col">Reason</th>
              <th scope="col">Until</th>
              <th scope="col" class="n">Findings</th>
              <th scope="col">Where</th>
            </tr>
          </thead>
          <tbody>
            <xsl:for-each select="acceptance">
              <tr>
                <th scope="row"><code><xsl:value-of select="@check"/></code></th>
                <td>
                  <xsl:for-each select="@revision | @object | @title">
                    <bdi><xsl:value-of select="."/></bdi>
                    <xsl:text> </xsl:text>
                  </xsl:for-each>
                  <xsl:if test="not(@revision | @object | @title)">any</xsl:if>
                </td>
                <td dir="auto"><xsl:value-of select="."/></td>
                <td><xsl:call-template name="until"/></td>
                <td class="n"><xsl:value-of select="@used"/></td>
                <td><bdi><xsl:value-of select="@place"/></bdi></td>
              </tr>
            </xsl:for-each>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
