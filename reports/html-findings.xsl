<?xml version="1.0" encoding="UTF-8"?>
<!-- Part of html.xsl: the findings, worst first; those that passed as rows, folded by their group.
     What the script filters by stands in data-status, data-system, data-group, data-server and data-revision. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:exsl="http://exslt.org/common" xmlns:set="http://exslt.org/sets"
                exclude-result-prefixes="exsl set">

  <!-- Of more, what proves them is left to the record: the page has to open quickly. -->
  <xsl:variable name="with-evidence" select="count(key('by-status', 'passed')) &lt;= 3000"/>

  <xsl:template name="findings">
    <section id="findings" aria-labelledby="findings-heading">
      <h2 id="findings-heading">Findings</h2>
      <xsl:call-template name="filter"/>
      <xsl:if test="not(finding)">
        <p class="none">There is none.</p>
      </xsl:if>
      <xsl:call-template name="of-status">
        <xsl:with-param name="status">failed</xsl:with-param>
        <xsl:with-param name="heading">Failed</xsl:with-param>
        <xsl:with-param name="open" select="true()"/>
      </xsl:call-template>
      <xsl:call-template name="of-status">
        <xsl:with-param name="status">error</xsl:with-param>
        <xsl:with-param name="heading">Errors</xsl:with-param>
        <xsl:with-param name="lead">They could not be judged, because of something that they did not ask about.</xsl:with-param>
        <xsl:with-param name="open" select="true()"/>
      </xsl:call-template>
      <xsl:call-template name="of-status">
        <xsl:with-param name="status">warning</xsl:with-param>
        <xsl:with-param name="heading">Warnings</xsl:with-param>
        <xsl:with-param name="open" select="$n-warnings &lt;= 10"/>
      </xsl:call-template>
      <xsl:call-template name="of-status">
        <xsl:with-param name="status">accepted</xsl:with-param>
        <xsl:with-param name="heading">Accepted</xsl:with-param>
        <xsl:with-param name="lead">They failed, and the project’s file accepts that.</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="of-status">
        <xsl:with-param name="status">skipped</xsl:with-param>
        <xsl:with-param name="heading">Skipped</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="of-status">
        <xsl:with-param name="status">info</xsl:with-param>
        <xsl:with-param name="heading">Notes</xsl:with-param>
      </xsl:call-template>
      <xsl:call-template name="passed"/>
    </section>
  </xsl:template>

  <!-- Shown by the script: without it there is nothing to type into.  Its lists are filled by it. -->
  <xsl:template name="filter">
    <search id="filter" class="filter" aria-label="Filter the findings" hidden="hidden">
      <label class="search">
        <span class="unseen">Text in the findings</span>
        <input type="search" id="filter-text" placeholder="Search the findings ( / )" autocomplete="off" spellcheck="false"/>
      </label>
      <label>
        <span class="unseen">Status</span>
        <select id="filter-status">
          <option value="">Any status</option>
        </select>
      </label>
      <label>
        <span class="unseen">System</span>
        <select id="filter-system">
          <option value="">Any system</option>
        </select>
      </label>
      <label>
        <span class="unseen">Group of checks</span>
        <select id="filter-group">
          <option value="">Any check</option>
        </select>
      </label>
      <label>
        <span class="unseen">Server</span>
        <select id="filter-server">
          <option value="">Any server</option>
        </select>
      </label>
      <label>
        <span class="unseen">Revision</span>
        <select id="filter-revision">
          <option value="">Any revision</option>
        </select>
      </label>
      <button type="button" id="filter-clear">Clear</button>
      <output id="filter-count" aria-live="polite"></output>
    </search>
  </xsl:template>

  <xsl:template name="of-status">
    <xsl:param name="status"/>
    <xsl:param name="heading"/>
    <xsl:param name="lead"/>
    <xsl:param name="open" select="false()"/>
    <xsl:variable name="findings" select="key('by-status', $status)"/>
    <xsl:if test="$findings">
      <section class="group" id="findings-{$status}" aria-labelledby="heading-{$status}">
        <h3 id="heading-{$status}">
          <xsl:value-of select="concat($heading, ' ')"/>
          <span class="n"><xsl:value-of select="format-number(count($findings), '#,##0')"/></span>
        </h3>
        <xsl:if test="$lead != ''">
          <p class="hint"><xsl:value-of select="$lead"/></p>
        </xsl:if>
        <xsl:for-each select="$findings">
          <xsl:call-template name="notable">
            <xsl:with-param name="open" select="$open"/>
          </xsl:call-template>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <!-- What the script filters by, of a finding and of a row. -->
  <xsl:template name="data-place">
    <xsl:if test="@server">
      <xsl:attribute name="data-server"><xsl:value-of select="@server"/></xsl:attribute>
    </xsl:if>
    <xsl:if test="@revision">
      <xsl:variable name="id">
        <xsl:call-template name="id">
          <xsl:with-param name="of" select="concat('revision&#10;', @system, '&#10;', @revision)"/>
        </xsl:call-template>
      </xsl:variable>
      <xsl:if test="$id != ''">
        <xsl:attribute name="data-revision"><xsl:value-of select="$id"/></xsl:attribute>
      </xsl:if>
    </xsl:if>
  </xsl:template>

  <xsl:template name="own-id">
    <xsl:call-template name="id">
      <xsl:with-param name="of" select="generate-id()"/>
    </xsl:call-template>
  </xsl:template>

  <xsl:template name="system-id">
    <xsl:call-template name="id">
      <xsl:with-param name="of" select="concat('system&#10;', @system)"/>
    </xsl:call-template>
  </xsl:template>

  <!-- What is not passed, with all that is known of it. -->
  <xsl:template name="notable">
    <xsl:param name="open"/>
    <details class="finding {@status}" data-status="{@status}"
             data-group="{substring-before(concat(@check, '.'), '.')}">
      <xsl:attribute name="id"><xsl:call-template name="own-id"/></xsl:attribute>
      <xsl:attribute name="data-system"><xsl:call-template name="system-id"/></xsl:attribute>
      <xsl:call-template name="data-place"/>
      <xsl:if test="$open">
        <xsl:attribute name="open">open</xsl:attribute>
      </xsl:if>
      <summary>
        <xsl:call-template name="badge"/>
        <h4>
          <xsl:call-template name="name">
            <xsl:with-param name="text" select="title"/>
          </xsl:call-template>
        </h4>
        <xsl:text> </xsl:text>
        <code class="check"><xsl:value-of select="@check"/></code>
        <xsl:call-template name="tags"/>
        <xsl:if test="message">
          <span class="message">
            <xsl:call-template name="name">
              <xsl:with-param name="text" select="message"/>
              <xsl:with-param name="most" select="600"/>
            </xsl:call-template>
          </span>
        </xsl:if>
      </summary>
      <div class="body">
        <xsl:call-template name="fields"/>
      </div>
    </details>
  </xsl:template>

  <!-- The system where there are several, the server where there are several. -->
  <xsl:template name="tags">
    <xsl:if test="@system != '' and $several">
      <xsl:text> </xsl:text>
      <span class="tag">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="@system"/>
          <xsl:with-param name="most" select="60"/>
        </xsl:call-template>
      </span>
    </xsl:if>
    <xsl:if test="@server">
      <xsl:text> </xsl:text>
      <span class="tag">
        <xsl:call-template name="name">
          <xsl:with-param name="text" select="@server"/>
          <xsl:with-param name="most" select="60"/>
        </xsl:call-template>
      </span>
    </xsl:if>
    <xsl:if test="@occurrence">
      <xsl:text> </xsl:text>
      <span class="tag"><xsl:value-of select="concat('no. ', @occurrence)"/></span>
    </xsl:if>
    <xsl:if test="@lowered = 'true'">
      <xsl:text> </xsl:text>
      <span class="tag">severity lowered</span>
    </xsl:if>
  </xsl:template>

  <xsl:template name="fields">
    <dl class="fields">
      <xsl:if test="string-length(title) &gt; 160">
        <div><dt>Title</dt><dd><bdi><xsl:value-of select="substring(title, 1, $most-text)"/></bdi></dd></div>
      </xsl:if>
      <xsl:if test="string-length(message) &gt; 600">
        <div>
          <dt>What</dt>
          <dd>
            <bdi><xsl:value-of select="substring(message, 1, $most-text)"/></bdi>
            <xsl:call-template name="rest-of-text">
              <xsl:with-param name="text" select="string(message)"/>
            </xsl:call-template>
          </dd>
        </div>
      </xsl:if>
      <xsl:if test="@file">
        <div><dt>Where</dt><dd><xsl:call-template name="place"/></dd></div>
      </xsl:if>
      <xsl:if test="@revision">
        <div><dt>Revision</dt><dd><xsl:call-template name="revision-link"/></dd></div>
      </xsl:if>
      <xsl:if test="@object">
        <div><dt>Object</dt><dd><bdi><xsl:value-of select="@object"/></bdi></dd></div>
      </xsl:if>
      <xsl:apply-templates select="expected | actual | detail | sql | hint | reproduce | accepted" mode="field">
        <xsl:sort select="string-length(substring-before(
          ' accepted hint expected actual detail sql reproduce ', concat(' ', name(), ' ')))" data-type="number"/>
      </xsl:apply-templates>
      <xsl:if test="requirement">
        <div>
          <dt>Requirements</dt>
          <dd><xsl:for-each select="requirement"><xsl:call-template name="requirement-link"/></xsl:for-each></dd>
        </div>
      </xsl:if>
      <xsl:if test="plan">
        <div>
          <dt>Plans</dt>
          <dd>
            <a>
              <xsl:attribute name="href">
                <xsl:text>#plan-</xsl:text>
                <xsl:call-template name="own-id"/>
              </xsl:attribute>
              <xsl:call-template name="count">
                <xsl:with-param name="n" select="count(plan)"/>
                <xsl:with-param name="one">plan</xsl:with-param>
              </xsl:call-template>
            </a>
          </dd>
        </div>
      </xsl:if>
      <xsl:if test="not(hint) and (@status = 'failed' or @status = 'error')">
        <div class="hint-field">
          <dt>What to do</dt>
          <dd>
            <code><xsl:value-of select="concat('pgstair explain ', @check)"/></code>
            <xsl:text> says what the check asks for and how to mend it.</xsl:text>
          </dd>
        </div>
      </xsl:if>
      <xsl:if test="@duration &gt;= 0.001">
        <div><dt>Took</dt><dd><xsl:call-template name="duration"/></dd></div>
      </xsl:if>
    </dl>
  </xsl:template>

  <xsl:template match="hint" mode="field">
    <div class="hint-field"><dt>What to do</dt><dd dir="auto"><xsl:value-of select="."/></dd></div>
  </xsl:template>
  <xsl:template match="accepted" mode="field">
    <div><dt>Accepted</dt><dd dir="auto"><xsl:value-of select="."/></dd></div>
  </xsl:template>
  <xsl:template match="expected" mode="field">
    <div class="expected"><dt>Expected</dt><dd><xsl:call-template name="block"><xsl:with-param name="text" select="."/></xsl:call-template></dd></div>
  </xsl:template>
  <xsl:template match="actual" mode="field">
    <div class="actual"><dt>Actual</dt><dd><xsl:call-template name="block"><xsl:with-param name="text" select="."/></xsl:call-template></dd></div>
  </xsl:template>
  <xsl:template match="detail" mode="field">
    <div><dt>Evidence</dt><dd><xsl:call-template name="diff"/></dd></div>
  </xsl:template>
  <xsl:template match="sql" mode="field">
    <div>
      <dt>Statement</dt>
      <dd>
        <xsl:call-template name="block">
          <xsl:with-param name="text" select="."/>
          <xsl:with-param name="class">sql</xsl:with-param>
        </xsl:call-template>
      </dd>
    </div>
  </xsl:template>
  <!-- The script gives it a button that copies. -->
  <xsl:template match="reproduce" mode="field">
    <div>
      <dt>Reproduce</dt>
      <dd>
        <xsl:call-template name="block">
          <xsl:with-param name="text" select="."/>
          <xsl:with-param name="class">copy</xsl:with-param>
        </xsl:call-template>
      </dd>
    </div>
  </xsl:template>

  <!-- Lines that begin with + or - are coloured; the signs stay. -->
  <xsl:template name="diff">
    <pre dir="auto" class="diff">
      <xsl:call-template name="long">
        <xsl:with-param name="text" select="string()"/>
        <xsl:with-param name="class">diff</xsl:with-param>
        <xsl:with-param name="label">Evidence</xsl:with-param>
      </xsl:call-template>
      <xsl:text>&#10;</xsl:text>
      <xsl:call-template name="diff-lines">
        <xsl:with-param name="text" select="substring(., 1, $most-text)"/>
      </xsl:call-template>
    </pre>
    <xsl:call-template name="rest-of-text">
      <xsl:with-param name="text" select="string()"/>
    </xsl:call-template>
  </xsl:template>

  <!-- The first 400: each line is a call deeper. -->
  <xsl:template name="diff-lines">
    <xsl:param name="text"/>
    <xsl:param name="left" select="400"/>
    <xsl:variable name="line" select="substring-before(concat($text, '&#10;'), '&#10;')"/>
    <xsl:variable name="rest" select="substring-after($text, '&#10;')"/>
    <xsl:choose>
      <xsl:when test="$left = 0"><xsl:value-of select="$text"/></xsl:when>
      <xsl:otherwise>
        <xsl:choose>
          <xsl:when test="starts-with($line, '+ ')"><ins><xsl:value-of select="$line"/></ins></xsl:when>
          <xsl:when test="starts-with($line, '- ')"><del><xsl:value-of select="$line"/></del></xsl:when>
          <xsl:otherwise><xsl:value-of select="$line"/></xsl:otherwise>
        </xsl:choose>
        <xsl:if test="contains($text, '&#10;')">
          <xsl:text>&#10;</xsl:text>
          <xsl:call-template name="diff-lines">
            <xsl:with-param name="text" select="$rest"/>
            <xsl:with-param name="left" select="$left - 1"/>
          </xsl:call-template>
        </xsl:if>
      </xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- == links == -->

  <xsl:template name="finding-link">
    <a>
      <xsl:attribute name="href">
        <xsl:text>#</xsl:text>
        <xsl:call-template name="own-id"/>
      </xsl:attribute>
      <code><xsl:value-of select="@check"/></code>
      <xsl:text> </xsl:text>
      <xsl:call-template name="name">
        <xsl:with-param name="text" select="title"/>
        <xsl:with-param name="most" select="120"/>
      </xsl:call-template>
    </a>
    <xsl:call-template name="tags"/>
  </xsl:template>

  <xsl:template name="place">
    <xsl:if test="@file">
      <span class="place">
        <bdi><xsl:value-of select="@file"/></bdi>
        <xsl:if test="@line"><xsl:value-of select="concat(':', @line)"/></xsl:if>
        <xsl:if test="@column"><xsl:value-of select="concat(':', @column)"/></xsl:if>
      </span>
    </xsl:if>
  </xsl:template>

  <xsl:template name="revision-link">
    <xsl:variable name="id">
      <xsl:call-template name="id">
        <xsl:with-param name="of" select="concat('revision&#10;', @system, '&#10;', @revision)"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$id != ''">
        <a href="#{$id}"><bdi><xsl:value-of select="@revision"/></bdi></a>
      </xsl:when>
      <xsl:otherwise><bdi><xsl:value-of select="@revision"/></bdi></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="requirement-link">
    <xsl:variable name="id">
      <xsl:call-template name="id">
        <xsl:with-param name="of" select="concat('requirement&#10;', ../@system, '&#10;', .)"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:if test="position() &gt; 1">, </xsl:if>
    <xsl:choose>
      <xsl:when test="$id != ''">
        <a href="#{$id}"><bdi><xsl:value-of select="."/></bdi></a>
      </xsl:when>
      <xsl:otherwise><bdi><xsl:value-of select="."/></bdi></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <!-- == what passed == -->

  <xsl:template name="passed">
    <xsl:variable name="n" select="count(key('by-status', 'passed'))"/>
    <xsl:if test="$n &gt; 0">
      <section class="group" id="findings-passed" aria-labelledby="heading-passed">
        <h3 id="heading-passed">
          <xsl:text>Passed </xsl:text>
          <span class="n"><xsl:value-of select="format-number($n, '#,##0')"/></span>
        </h3>
        <xsl:if test="not($with-evidence)">
          <p class="hint">They are many: their evidence is in the run record.</p>
        </xsl:if>
        <xsl:for-each select="set:distinct(key('by-status', 'passed')/@system)">
          <xsl:call-template name="passed-of-system"/>
        </xsl:for-each>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template name="passed-of-system">
    <xsl:variable name="system" select="string()"/>
    <xsl:variable name="groups">
      <xsl:for-each select="set:distinct(key('by-system-status', concat($system, '&#10;passed'))/@check)">
        <group><xsl:value-of select="substring-before(concat(., '.'), '.')"/></group>
      </xsl:for-each>
    </xsl:variable>
    <xsl:variable name="system-id">
      <xsl:call-template name="id">
        <xsl:with-param name="of" select="concat('system&#10;', $system)"/>
      </xsl:call-template>
    </xsl:variable>
    <xsl:for-each select="set:distinct(exsl:node-set($groups)/group)">
      <xsl:variable name="group" select="string()"/>
      <xsl:for-each select="$record">
        <xsl:variable name="findings" select="key('by-group', concat($system, '&#10;', $group))"/>
        <details class="passed-group" data-status="passed" data-system="{$system-id}" data-group="{$group}">
          <!-- They would fill sheet after sheet. -->
          <xsl:if test="count($findings) &gt; 500">
            <xsl:attribute name="class">passed-group unprinted</xsl:attribute>
          </xsl:if>
          <summary>
            <xsl:call-template name="badge">
              <xsl:with-param name="status">passed</xsl:with-param>
              <xsl:with-param name="words" select="format-number(count($findings), '#,##0')"/>
            </xsl:call-template>
            <span class="label">
              <xsl:if test="$several and $system != ''">
                <xsl:call-template name="name">
                  <xsl:with-param name="text" select="$system"/>
                  <xsl:with-param name="most" select="60"/>
                </xsl:call-template>
                <xsl:text> </xsl:text>
              </xsl:if>
              <xsl:value-of select="$group"/>
            </span>
          </summary>
          <ul class="rows">
            <xsl:for-each select="$findings">
              <xsl:call-template name="row"/>
            </xsl:for-each>
          </ul>
        </details>
      </xsl:for-each>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="row">
    <li>
      <xsl:attribute name="id"><xsl:call-template name="own-id"/></xsl:attribute>
      <xsl:call-template name="data-place"/>
      <!-- The search finds it by them; they are not said in each of the rows. -->
      <xsl:if test="requirement">
        <xsl:attribute name="data-serves">
          <xsl:for-each select="requirement"><xsl:value-of select="concat(., ' ')"/></xsl:for-each>
        </xsl:attribute>
      </xsl:if>
      <code><xsl:value-of select="@check"/></code>
      <xsl:text> </xsl:text>
      <xsl:call-template name="name">
        <xsl:with-param name="text" select="title"/>
      </xsl:call-template>
      <xsl:if test="@server">
        <xsl:text> </xsl:text>
        <span class="tag"><bdi><xsl:value-of select="@server"/></bdi></span>
      </xsl:if>
      <xsl:if test="@duration &gt;= 0.01">
        <span class="took"><xsl:text> </xsl:text><xsl:call-template name="duration"/></span>
      </xsl:if>
      <xsl:if test="$with-evidence and (message | detail | expected | actual | sql | reproduce | plan)">
        <details class="evidence unprinted">
          <summary>Evidence<span class="unseen"> for <bdi><xsl:value-of select="substring(title, 1, 120)"/></bdi></span></summary>
          <xsl:if test="message">
            <p dir="auto"><xsl:value-of select="substring(message, 1, $most-text)"/></p>
          </xsl:if>
          <xsl:call-template name="fields"/>
        </details>
      </xsl:if>
    </li>
  </xsl:template>
</xsl:stylesheet>
