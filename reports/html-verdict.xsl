<?xml version="1.0" encoding="UTF-8"?>
<!-- Part of html.xsl: what a reader has to know after five seconds. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:set="http://exslt.org/sets" exclude-result-prefixes="set">

  <xsl:variable name="n-failed" select="count(key('by-status', 'failed'))"/>
  <xsl:variable name="n-errors" select="count(key('by-status', 'error'))"/>
  <xsl:variable name="n-warnings" select="count(key('by-status', 'warning'))"/>
  <xsl:variable name="unmet" select="/pgstair-record/system/requirement[@fails = 'true']"/>
  <xsl:variable name="warnings-fail" select="/pgstair-record/@fail-on-warning = 'true'"/>
  <!-- A part of a split run is no verdict on the whole. -->
  <xsl:variable name="parts" select="/pgstair-record/shard"/>
  <xsl:variable name="partial" select="$parts and count($parts) &lt; $parts[1]/@of"/>

  <!-- What was skipped, and notes on the folder, the project's file and the run, are no verdict:
       as pgs_record_has_verdict() has it. -->
  <xsl:variable name="judged" select="/pgstair-record/finding[@status != 'skipped'
    and not(@status = 'info' and starts-with(@check, 'folder.'))
    and not((@status = 'info' or @status = 'warning') and (starts-with(@check, 'accept.')
            or starts-with(@check, 'tolerance.') or starts-with(@check, 'run.')))]"/>

  <!-- As the terminal's summary judges (harness/report/summary.c). -->
  <xsl:variable name="verdict">
    <xsl:choose>
      <xsl:when test="$n-failed + $n-errors &gt; 0 or ($warnings-fail and $n-warnings &gt; 0) or $unmet">failed</xsl:when>
      <xsl:when test="not($judged)">nothing</xsl:when>
      <xsl:when test="$partial">partial</xsl:when>
      <xsl:otherwise>passed</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>
  <xsl:variable name="verdict-words">
    <xsl:choose>
      <xsl:when test="$verdict = 'failed'">Not verified</xsl:when>
      <xsl:when test="$verdict = 'nothing'">Nothing verified</xsl:when>
      <xsl:when test="$verdict = 'partial'">Verified in part</xsl:when>
      <xsl:otherwise>Verified</xsl:otherwise>
    </xsl:choose>
  </xsl:variable>

  <xsl:template name="verdict">
    <section id="verdict" class="verdict {$verdict}" aria-labelledby="verdict-heading">
      <h1 id="verdict-heading">
        <span class="sign" aria-hidden="true">
          <xsl:choose>
            <xsl:when test="$verdict = 'failed'">✗</xsl:when>
            <xsl:when test="$verdict = 'passed'">✓</xsl:when>
            <xsl:otherwise>!</xsl:otherwise>
          </xsl:choose>
        </span>
        <xsl:value-of select="$verdict-words"/>
      </h1>
      <xsl:call-template name="because"/>
      <xsl:call-template name="counts"/>
      <xsl:call-template name="first-failures"/>
      <xsl:call-template name="run"/>
    </section>
  </xsl:template>

  <!-- What is not to be seen in the counts. -->
  <xsl:template name="because">
    <xsl:if test="$unmet">
      <p class="because">
        <a href="#requirements">
          <xsl:call-template name="count">
            <xsl:with-param name="n" select="count($unmet)"/>
            <xsl:with-param name="one">requirement</xsl:with-param>
          </xsl:call-template>
          <xsl:text> not met</xsl:text>
        </a>
      </p>
    </xsl:if>
    <xsl:if test="$warnings-fail and $n-warnings &gt; 0">
      <p class="because">Warnings count as failures in this run.</p>
    </xsl:if>
    <xsl:if test="$partial">
      <p class="because">
        <xsl:value-of select="concat('Missing of this run’s ', $parts[1]/@of, ' parts:')"/>
        <xsl:call-template name="missing-parts"/>
        <xsl:text>. Merge the records of all parts for the verdict.</xsl:text>
      </p>
    </xsl:if>
    <!-- The whole of what was left out; the same for most systems. -->
    <xsl:for-each select="set:distinct(system/fact[@name = 'only' or @name = 'skip'])">
      <p class="because">
        <xsl:choose>
          <xsl:when test="@name = 'only'">Only these checks were made: </xsl:when>
          <xsl:otherwise>These checks were left out: </xsl:otherwise>
        </xsl:choose>
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="string()"/>
          <xsl:with-param name="most" select="400"/>
        </xsl:call-template>
        <xsl:if test="$several and count($record/system) != count($record/system[fact[@name = current()/@name] = current()])">
          <xsl:text> (of </xsl:text>
          <xsl:for-each select="$record/system[fact[@name = current()/@name] = current()]">
            <xsl:if test="position() &gt; 1">, </xsl:if>
            <bdi><xsl:value-of select="@name"/></bdi>
          </xsl:for-each>
          <xsl:text>)</xsl:text>
        </xsl:if>
      </p>
    </xsl:for-each>
    <xsl:if test="$verdict = 'nothing'">
      <p class="because">No check came to a verdict.</p>
    </xsl:if>
  </xsl:template>

  <!-- " number 2, 4", of what may be thousands. -->
  <xsl:template name="missing-parts">
    <xsl:param name="index" select="1"/>
    <xsl:param name="said" select="0"/>
    <xsl:variable name="here" select="boolean($parts[@index = $index])"/>
    <xsl:choose>
      <xsl:when test="$index &gt; $parts[1]/@of or $index &gt; 1000"/>
      <xsl:when test="$said = 10 and not($here)">, …</xsl:when>
      <xsl:otherwise>
        <xsl:if test="not($here)">
          <xsl:value-of select="concat(substring(', ', 1, 2 * ($said &gt; 0)),
                                       substring(' number ', 1, 8 * ($said = 0)), $index)"/>
        </xsl:if>
        <xsl:call-template name="missing-parts">
          <xsl:with-param name="index" select="$index + 1"/>
          <xsl:with-param name="said" select="$said + not($here)"/>
        </xsl:call-template>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="counts">
    <ul class="counts" aria-label="Findings by status">
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">failed</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">error</xsl:with-param>
        <xsl:with-param name="many">errors</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">warning</xsl:with-param>
        <xsl:with-param name="many">warnings</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">passed</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">accepted</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">skipped</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="status-count">
        <xsl:with-param name="status">info</xsl:with-param>
        <xsl:with-param name="one">note</xsl:with-param>
        <xsl:with-param name="many">notes</xsl:with-param>
      </xsl:call-template>
    </ul>
  </xsl:template>

  <!-- A way to the findings of the status; the script filters them as well. -->
  <xsl:template name="status-count">
    <xsl:param name="status"/>
    <xsl:param name="one" select="$status"/>
    <xsl:param name="many" select="$one"/>
    <xsl:variable name="n" select="count(key('by-status', $status))"/>
    <xsl:if test="$n &gt; 0">
      <li>
        <a class="badge {$status}" href="#findings-{$status}" data-status="{$status}">
          <span aria-hidden="true">
            <xsl:call-template name="sign">
              <xsl:with-param name="status" select="$status"/>
            </xsl:call-template>
          </span>
          <xsl:text> </xsl:text>
          <xsl:call-template name="count">
            <xsl:with-param name="n" select="$n"/>
            <xsl:with-param name="one" select="$one"/>
            <xsl:with-param name="many" select="$many"/>
          </xsl:call-template>
        </a>
      </li>
    </xsl:if>
  </xsl:template>

  <!-- Findings of one cause, as harness/report/cause.c has it. -->
  <xsl:key name="by-place" match="finding[@line][@status = 'failed' or @status = 'error' or @status = 'warning']"
           use="concat(@system, '&#10;', @file, '&#10;', @line, '&#10;', @column, '&#10;', detail)"/>
  <xsl:key name="by-words" match="finding[message or detail][@status = 'failed' or @status = 'error' or @status = 'warning']"
           use="concat(@system, '&#10;', @check, '&#10;', @status, '&#10;', message, '&#10;', detail,
                       '&#10;', expected, '&#10;', actual)"/>

  <!-- The first five causes; a run of old migrations may have hundreds. -->
  <xsl:template name="first-failures">
    <xsl:variable name="failures" select="finding[@status = 'failed' or @status = 'error']"/>
    <xsl:variable name="shown" select="$failures | finding[@status = 'warning' and $warnings-fail]"/>
    <xsl:variable name="causes" select="$shown[position() &lt;= 400][
      (not(@line) or generate-id() = generate-id(key('by-place', concat(@system, '&#10;', @file, '&#10;',
        @line, '&#10;', @column, '&#10;', detail))[@status != 'warning' or $warnings-fail][1]))
      and (not(message | detail) or generate-id() = generate-id(key('by-words', concat(@system, '&#10;',
        @check, '&#10;', @status, '&#10;', message, '&#10;', detail, '&#10;', expected, '&#10;', actual))[1]))]"/>
    <xsl:variable name="first" select="$causes[position() &lt;= 5]"/>
    <xsl:if test="$shown">
      <h2 class="minor" id="first">What failed</h2>
      <ol class="first">
        <xsl:for-each select="$first">
          <li>
            <xsl:call-template name="finding-link"/>
            <xsl:if test="message">
              <xsl:text> </xsl:text>
              <span class="message">
                <xsl:call-template name="name">
                  <xsl:with-param name="text" select="message"/>
                  <xsl:with-param name="most" select="300"/>
                </xsl:call-template>
              </span>
            </xsl:if>
            <xsl:call-template name="place"/>
            <xsl:call-template name="also"/>
          </li>
        </xsl:for-each>
      </ol>
      <xsl:if test="count($shown) &gt; count($first)">
        <p class="more">
          <a href="#findings">
            <xsl:value-of select="concat('all ', format-number(count($shown), '#,##0'))"/>
          </a>
        </p>
      </xsl:if>
    </xsl:if>
  </xsl:template>

  <!-- Other findings that one cause made: those of its place in a file, and those that say the same. -->
  <xsl:template name="also">
    <xsl:variable name="here" select="key('by-place', concat(@system, '&#10;', @file, '&#10;', @line,
      '&#10;', @column, '&#10;', detail))[current()/@line][@status != 'warning' or $warnings-fail]"/>
    <xsl:variable name="alike" select="key('by-words', concat(@system, '&#10;', @check, '&#10;', @status,
      '&#10;', message, '&#10;', detail, '&#10;', expected, '&#10;', actual))"/>
    <xsl:variable name="others" select="count($here | $alike | .) - 1"/>
    <xsl:if test="$others &gt; 0">
      <span class="place">
        <xsl:text>also </xsl:text>
        <xsl:for-each select="set:distinct($here[@check != current()/@check]/@check)[position() &lt;= 4]">
          <code><xsl:value-of select="."/></code>
          <xsl:text> </xsl:text>
        </xsl:for-each>
        <xsl:if test="$alike[2]">
          <xsl:value-of select="concat(format-number(count($alike) - 1, '#,##0'), ' more that say the same')"/>
        </xsl:if>
      </span>
    </xsl:if>
  </xsl:template>

  <!-- What was verified, on what, when. -->
  <xsl:template name="run">
    <dl class="facts">
      <xsl:if test="system">
        <div>
          <dt>Verified</dt>
          <dd>
            <ul class="plain">
              <xsl:for-each select="system">
                <li><xsl:call-template name="system-line"/></li>
              </xsl:for-each>
            </ul>
          </dd>
        </div>
        <div>
          <dt>On</dt>
          <dd><xsl:call-template name="server-line"/></dd>
        </div>
      </xsl:if>
      <div>
        <dt>Started</dt>
        <dd>
          <xsl:call-template name="time">
            <xsl:with-param name="value" select="@started"/>
          </xsl:call-template>
          <xsl:text>, took </xsl:text>
          <xsl:call-template name="duration"/>
        </dd>
      </div>
      <xsl:if test="system/requirement">
        <div>
          <dt>Requirements</dt>
          <dd><xsl:call-template name="requirement-line"/></dd>
        </div>
      </xsl:if>
      <xsl:if test="system/git">
        <div>
          <dt>Commit</dt>
          <dd><xsl:call-template name="commits"/></dd>
        </div>
      </xsl:if>
    </dl>
  </xsl:template>

  <!-- "19 of 41 proven, 22 not covered"; what is deferred is not due yet. -->
  <xsl:template name="requirement-line">
    <xsl:variable name="all" select="system/requirement"/>
    <a href="#requirements">
      <xsl:value-of select="concat(count($all[@state = 'proven']), ' of ', count($all), ' proven')"/>
    </a>
    <xsl:for-each select="set:distinct($all[@state != 'proven']/@state)">
      <xsl:text>, </xsl:text>
      <span>
        <xsl:if test=". != 'deferred'"><xsl:attribute name="class">unclean</xsl:attribute></xsl:if>
        <xsl:value-of select="concat(count($all[@state = current()]), ' ', .)"/>
      </span>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="system-line">
    <strong>
      <xsl:call-template name="name">
        <xsl:with-param name="text" select="@name"/>
      </xsl:call-template>
    </strong>
    <xsl:text>: </xsl:text>
    <xsl:call-template name="count">
      <xsl:with-param name="n" select="@revisions"/>
      <xsl:with-param name="one">revision</xsl:with-param>
    </xsl:call-template>
    <xsl:if test="@format">
      <xsl:text>, </xsl:text>
      <bdi><xsl:value-of select="@format"/></bdi>
    </xsl:if>
    <xsl:variable name="bad" select="count(key('by-system-status', concat(@name, '&#10;failed')))
                                     + count(key('by-system-status', concat(@name, '&#10;error')))"/>
    <xsl:if test="$bad &gt; 0 and $several">
      <xsl:text> </xsl:text>
      <xsl:call-template name="badge">
        <xsl:with-param name="status">failed</xsl:with-param>
        <xsl:with-param name="words" select="concat(format-number($bad, '#,##0'), ' failed')"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- Each server once, whatever the systems: a line for one, versions for several. -->
  <xsl:template name="server-line">
    <xsl:variable name="runs" select="system[1]/server-run"/>
    <xsl:choose>
      <xsl:when test="count($runs) &gt; 1">
        <ul class="plain inline">
          <xsl:for-each select="$runs">
            <li>
              <bdi><xsl:value-of select="@server"/></bdi>
              <xsl:choose>
                <xsl:when test="@server-version">
                  <xsl:text> (PostgreSQL </xsl:text>
                  <bdi><xsl:value-of select="@server-version"/></bdi>
                  <xsl:text>)</xsl:text>
                </xsl:when>
                <xsl:otherwise> (was not to be had)</xsl:otherwise>
              </xsl:choose>
            </li>
          </xsl:for-each>
        </ul>
      </xsl:when>
      <xsl:when test="system/server">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="system/server"/>
        </xsl:call-template>
      </xsl:when>
      <xsl:otherwise>no server</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- One line when all systems lie in one commit; they are told apart in the environment. -->
  <xsl:template name="commits">
    <xsl:variable name="first" select="system/git[1]"/>
    <code><bdi><xsl:value-of select="substring(($first/@commit)[1], 1, 12)"/></bdi></code>
    <xsl:if test="$first/@branch">
      <xsl:text> on </xsl:text>
      <xsl:call-template name="name">
        <xsl:with-param name="text" select="($first/@branch)[1]"/>
      </xsl:call-template>
    </xsl:if>
    <xsl:text>, </xsl:text>
    <xsl:choose>
      <xsl:when test="system/git[@clean != 'true']">
        <strong class="unclean">
          <xsl:text>not clean: </xsl:text>
          <xsl:call-template name="count">
            <xsl:with-param name="n" select="system/git[@clean != 'true'][1]/@dirty"/>
            <xsl:with-param name="one">file differs</xsl:with-param>
            <xsl:with-param name="many">files differ</xsl:with-param>
          </xsl:call-template>
        </strong>
      </xsl:when>
      <xsl:otherwise>clean</xsl:otherwise>
    </xsl:choose>
    <xsl:if test="system/git/@commit[. != ($first/@commit)[1]]">
      <xsl:text>; other systems of this record lie in </xsl:text>
      <a href="#environment">other commits</a>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
